using System.Net;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Registry;
using DePin.Sdk.Chains.Evm.Registry.Internal;

namespace DePin.Sdk.Chains.Tests.Evm.Registry;

public sealed class DocumentFetcherTests : IDisposable
{
    private const string Address = "https://documents.example/provider.json";

    private static readonly EvmProviderDocument Document = new() { Endpoints = [new Uri("https://provider.example:5001/")] };

    private readonly Answering _handler = new();

    public void Dispose() => _handler.Dispose();

    [Fact]
    public async Task Fetch_RegisteredBytes_GivesTheDocument()
    {
        _handler.Body = Document.ToBytes();
        Assert.Equal(Document.Endpoints, (await FetchAsync(Address)).Endpoints);
    }

    [Fact]
    public async Task Fetch_OtherBytes_AreNotBelieved()
    {
        _handler.Body = new EvmProviderDocument { Endpoints = [new Uri("https://thief.example/")] }.ToBytes();
        await FailsAsync(Address, DePinErrorCode.InvalidFrame);
    }

    [Fact]
    public async Task Fetch_DataUri_NeedsNoServer()
    {
        Assert.Equal(Document.Endpoints, (await FetchAsync(Document.ToDataUri())).Endpoints);
        Assert.Equal(Document.Endpoints, (await FetchAsync("data:application/json," + Uri.EscapeDataString(System.Text.Encoding.UTF8.GetString(Document.ToBytes())))).Endpoints);
        Assert.Equal(0, _handler.Requests);
    }

    [Theory]
    [InlineData("data:", DePinErrorCode.InvalidFrame)]
    [InlineData("data:;base64,***", DePinErrorCode.InvalidFrame)]
    [InlineData("data:,{}", DePinErrorCode.InvalidFrame)]
    [InlineData("file:///etc/passwd", DePinErrorCode.Unsupported)]
    [InlineData("ipfs://bafy", DePinErrorCode.Unsupported)]
    [InlineData("provider.json", DePinErrorCode.Unsupported)]
    [InlineData("", DePinErrorCode.Unsupported)]
    public async Task Fetch_UriThatCannotBe_IsATypedError(string uri, DePinErrorCode code)
    {
        await FailsAsync(uri, code);
        Assert.Equal(0, _handler.Requests);
    }

    [Fact]
    public async Task Fetch_TooLong_StopsReading()
    {
        _handler.Body = new byte[EvmProviderDocument.MaxLength + 1];
        await FailsAsync(Address, DePinErrorCode.MessageTooLarge);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Redirect)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task Fetch_OtherStatus_IsTransient(HttpStatusCode status)
    {
        _handler.Body = Document.ToBytes();
        _handler.Status = status;
        Assert.True((await FailsAsync(Address, DePinErrorCode.Unavailable)).IsTransient);
    }

    [Fact]
    public async Task Fetch_ConnectionFails_IsTransient()
    {
        _handler.Failure = new HttpRequestException("no route");
        Assert.True((await FailsAsync(Address, DePinErrorCode.Unavailable)).IsTransient);
    }

    [Fact]
    public async Task Fetch_NoAnswer_GivesUpInTime()
    {
        _handler.IsSilent = true;
        using var http = new HttpClient(_handler, disposeHandler: false);
        var fetcher = new DocumentFetcher(http, TimeSpan.FromMilliseconds(20), TimeProvider.System);

        var problem = await Assert.ThrowsAsync<DePinException>(() => fetcher.FetchAsync(Address, EvmProviderDocument.ComputeHash(Document.ToBytes()), CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(DePinErrorCode.Unavailable, problem.Code);
    }

    [Fact]
    public async Task Fetch_Cancelled_Throws()
    {
        _handler.IsSilent = true;
        using var http = new HttpClient(_handler, disposeHandler: false);
        var fetcher = new DocumentFetcher(http, TimeSpan.FromMinutes(1), TimeProvider.System);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.FetchAsync(Address, default, new CancellationToken(canceled: true)));
    }

    private async Task<EvmProviderDocument> FetchAsync(string uri)
    {
        using var http = new HttpClient(_handler, disposeHandler: false);
        return await new DocumentFetcher(http, TimeSpan.FromMinutes(1), TimeProvider.System).FetchAsync(uri, EvmProviderDocument.ComputeHash(Document.ToBytes()), CancellationToken.None);
    }

    private async Task<DePinException> FailsAsync(string uri, DePinErrorCode code)
    {
        var problem = await Assert.ThrowsAsync<DePinException>(() => FetchAsync(uri));
        Assert.Equal(code, problem.Code);
        return problem;
    }

    private sealed class Answering : HttpMessageHandler
    {
        public byte[] Body { get; set; } = [];

        public HttpStatusCode Status { get; set; } = HttpStatusCode.OK;

        public Exception? Failure { get; set; }

        public bool IsSilent { get; set; }

        public int Requests { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests++;
            if (IsSilent)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return Failure is null ? new HttpResponseMessage(Status) { Content = new ByteArrayContent(Body) } : throw Failure;
        }
    }
}
