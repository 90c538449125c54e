using System.Net;
using System.Net.Http.Headers;
using DePin.Sdk.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace DePin.Sdk.IntegrationTests.Transport;

/// <summary>Requests and answers that no gRPC peer would make.</summary>
public sealed class RawRequestTests : IAsyncLifetime
{
    private const string Run = "/depin.v1.ProviderService/Run";

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private LoopbackServer? _server;

    public async Task InitializeAsync() => _server = await LoopbackServer.StartAsync(new DelegateProviderService(HttpProviderConnectorTests.EchoAsync));

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _server!.DisposeAsync();
    }

    [Theory]
    [InlineData(new byte[] { 7, 0, 0, 0, 0 }, "13", "InvalidFrame")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "13", "InvalidFrame")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "13", "InvalidFrame")]
    [InlineData(new byte[] { 0, 0 }, "13", "InvalidFrame")]
    [InlineData(new byte[] { 0, 0, 0, 0, 2, 0x0a, 0x7f }, "13", "InvalidFrame")]
    [InlineData(new byte[] { 0, 0xff, 0xff, 0xff, 0xff }, "8", "MessageTooLarge")]
    public async Task Post_MalformedFrames_StatusInTheHeadersAndTheServerGoesOn(byte[] body, string status, string code)
    {
        for (int i = 0; i < 3; i++)
        {
            using var response = await PostAsync(Run, body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("application/grpc", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal(status, Value(response.Headers, "grpc-status"));
            Assert.Equal(code, Value(response.Headers, "depin-code"));
            Assert.Equal("Consumer", Value(response.Headers, "depin-fault"));
            Assert.Empty(await response.Content.ReadAsByteArrayAsync());
        }

        await using var connector = new HttpProviderConnector();
        await connector.Connect(_server!.Address).ListOffersAsync(new CallOptions());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc+json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpcx")]
    [InlineData(null)]
    public async Task Post_OtherContentType_UnsupportedMediaType(string? contentType)
    {
        using var response = await PostAsync(Run, [], contentType);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Contains("application/grpc", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/grpc+proto")]
    [InlineData("Application/GRPC")]
    [InlineData("application/grpc; charset=utf-8")]
    public async Task Post_ContentTypeSpelledDifferently_Served(string contentType)
    {
        using var response = await PostAsync("/depin.v1.ProviderService/ListOffers", [0, 0, 0, 0, 0], contentType);
        await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("0", Value(response.TrailingHeaders, "grpc-status"));
    }

    [Theory]
    [InlineData("/depin.v1.ProviderService/Nothing")]
    [InlineData("/depin.v1.ProviderService/Run/Deeper")]
    public async Task Post_UnknownMethod_Unimplemented(string path)
    {
        using var response = await PostAsync(path, []);
        Assert.Equal("12", Value(response.Headers, "grpc-status"));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1S")]
    public async Task Post_BadTimeout_InvalidRequest(string timeout)
    {
        using var response = await PostAsync(Run, [], timeout: timeout);
        Assert.Equal("3", Value(response.Headers, "grpc-status"));
        Assert.Equal("InvalidRequest", Value(response.Headers, "depin-code"));
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public async Task Post_NotOneRequestToAUnaryMethod_InvalidFrame(byte[] body)
    {
        using var response = await PostAsync("/depin.v1.ProviderService/ListOffers", body);
        Assert.Equal("InvalidFrame", Value(response.Headers, "depin-code"));
    }

    [Fact]
    public async Task Post_OverHttp11_UpgradeRequired()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await LoopbackServer.StartAsync(new DelegateProviderService(HttpProviderConnectorTests.EchoAsync), certificate: certificate);
        using var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        using var http = new HttpClient(handler);
        using var content = new ByteArrayContent([]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await http.PostAsync(new Uri(server.Address, Run), content);
        Assert.Equal(HttpStatusCode.UpgradeRequired, response.StatusCode);
        Assert.Contains("HTTP/2", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no-status", DePinErrorCode.InvalidFrame)]
    [InlineData("bad-status", DePinErrorCode.InvalidFrame)]
    [InlineData("html", DePinErrorCode.InvalidFrame)]
    [InlineData("500", DePinErrorCode.ProviderFailed)]
    [InlineData("503", DePinErrorCode.Unavailable)]
    [InlineData("404", DePinErrorCode.Unsupported)]
    [InlineData("garbage", DePinErrorCode.InvalidFrame)]
    [InlineData("huge", DePinErrorCode.MessageTooLarge)]
    [InlineData("compressed", DePinErrorCode.Unsupported)]
    [InlineData("cut", DePinErrorCode.InvalidFrame)]
    [InlineData("empty", DePinErrorCode.InvalidFrame)]
    [InlineData("twice", DePinErrorCode.InvalidFrame)]
    [InlineData("abort", DePinErrorCode.Unavailable)]
    public async Task ListOffersAsync_HostileServer_TypedError(string behaviour, DePinErrorCode code)
    {
        await using var server = await LoopbackServer.StartAsync(endpoints => endpoints.MapPost("/depin.v1.ProviderService/ListOffers", context => AnswerAsync(context, behaviour)));
        await using var connector = new HttpProviderConnector();
        var error = await Assert.ThrowsAsync<DePinException>(() => connector.Connect(server.Address).ListOffersAsync(new CallOptions()));
        Assert.Equal(code, error.Code);
        Assert.NotEqual(Fault.Consumer, error.Fault);
    }

    private static async Task AnswerAsync(HttpContext context, string behaviour)
    {
        var response = context.Response;
        response.ContentType = behaviour == "html" ? "text/html" : "application/grpc";
        if (int.TryParse(behaviour, out int status))
        {
            response.StatusCode = status;
            return;
        }

        if (behaviour == "bad-status")
        {
            response.Headers["grpc-status"] = "fine";
            return;
        }

        if (behaviour == "compressed")
        {
            response.Headers["grpc-encoding"] = "gzip";
        }

        await response.Body.WriteAsync((byte[])(behaviour switch
        {
            "garbage" => [9, 9, 9, 9, 9, 9, 9],
            "huge" => [0, 0x7f, 0xff, 0xff, 0xff],
            "compressed" => [1, 0, 0, 0, 1, 0],
            "cut" => [0, 0, 0, 0, 9, 1],
            "empty" => [],
            "twice" => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            _ => [0, 0, 0, 0, 0],
        }));
        await response.Body.FlushAsync();
        if (behaviour == "abort")
        {
            context.Abort();
        }
        else if (behaviour != "no-status")
        {
            response.AppendTrailer("grpc-status", "0");
        }
    }

    private async Task<HttpResponseMessage> PostAsync(string path, byte[] body, string? contentType = "application/grpc", string? timeout = null)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("content-type", contentType);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_server!.Address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("te", "trailers");
        if (timeout is not null)
        {
            request.Headers.TryAddWithoutValidation("grpc-timeout", timeout);
        }

        return await _http.SendAsync(request);
    }

    private static string? Value(HttpHeaders headers, string name) => headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
}
