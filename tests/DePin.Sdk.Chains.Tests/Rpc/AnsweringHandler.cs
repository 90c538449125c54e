using System.Net;

namespace DePin.Sdk.Chains.Tests.Rpc;

/// <summary>An HTTP endpoint that lives in the test: each request's body goes in, an answer comes out.</summary>
internal sealed class AnsweringHandler(Func<string, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public AnsweringHandler(Func<string, string> answer)
        : this((body, _) => Task.FromResult(Json(answer(body))))
    {
    }

    public List<string> Requests { get; } = [];

    public static HttpResponseMessage Json(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = await request.Content!.ReadAsStringAsync(cancellationToken);
        lock (Requests)
        {
            Requests.Add(body);
        }

        return await answer(body, cancellationToken);
    }
}
