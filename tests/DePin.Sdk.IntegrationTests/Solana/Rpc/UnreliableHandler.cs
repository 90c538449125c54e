using System.Net;

namespace DePin.Sdk.IntegrationTests.Solana.Rpc;

/// <summary>A network between the client and a real node that loses questions and answers, delivers twice, damages, and refuses.</summary>
internal sealed class UnreliableHandler(int seed) : DelegatingHandler(new SocketsHttpHandler())
{
    private readonly Random _random = new(seed);
    private int _faults;

    /// <summary>How often something went wrong.</summary>
    public int Faults => Volatile.Read(ref _faults);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        int fate;
        lock (_random)
        {
            fate = _random.Next(20);
        }

        if (fate < 8)
        {
            Interlocked.Increment(ref _faults);
        }

        byte[] body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
        switch (fate)
        {
            case 0:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "The question was lost.");
            case 1:
                return new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            case 2:
                return new HttpResponseMessage(HttpStatusCode.BadGateway) { Content = new StringContent("<html>") };
            case 3:
                using (await PostAsync(request, body, cancellationToken))
                {
                    throw new HttpRequestException(HttpRequestError.ResponseEnded, "The answer was lost.");
                }

            case 4:
                (await PostAsync(request, body, cancellationToken)).Dispose();
                return await PostAsync(request, body, cancellationToken);
            case 5 or 6 or 7:
                using (var answer = await PostAsync(request, body, cancellationToken))
                {
                    byte[] text = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
                    return new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(fate == 5 ? text[..(text.Length / 2)] : fate == 6 ? [] : Other(text)) };
                }

            default:
                return await PostAsync(request, body, cancellationToken);
        }
    }

    // The answer to another question.
    private static byte[] Other(byte[] text) => System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(text).Replace("\"id\":", "\"id\":9", StringComparison.Ordinal));

    private Task<HttpResponseMessage> PostAsync(HttpRequestMessage request, byte[] body, CancellationToken cancellationToken)
    {
        var copy = new HttpRequestMessage(HttpMethod.Post, request.RequestUri) { Content = new ByteArrayContent(body) };
        copy.Content.Headers.ContentType = new("application/json");
        return base.SendAsync(copy, cancellationToken);
    }
}
