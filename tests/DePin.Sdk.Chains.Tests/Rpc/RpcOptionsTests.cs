using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Tests.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Rpc;

public sealed class RpcOptionsTests
{
    private static readonly Uri Http = new("http://127.0.0.1:1");
    private static readonly Uri Socket = new("ws://127.0.0.1:1");

    private static readonly (string What, Func<IJsonRpcTransport> Construct)[] Wrong =
    [
        (nameof(HttpJsonRpcOptions.Timeout), () => new HttpJsonRpcTransport(Http, new() { Timeout = TimeSpan.Zero })),
        (nameof(HttpJsonRpcOptions.MaxResponseBytes), () => new HttpJsonRpcTransport(Http, new() { MaxResponseBytes = 1 })),
        (nameof(HttpJsonRpcOptions.MaxBatchSize), () => new HttpJsonRpcTransport(Http, new() { MaxBatchSize = 0 })),
        (nameof(WebSocketJsonRpcOptions.Timeout), () => new WebSocketJsonRpcTransport(Socket, new() { Timeout = TimeSpan.Zero })),
        (nameof(WebSocketJsonRpcOptions.MaxMessageBytes), () => new WebSocketJsonRpcTransport(Socket, new() { MaxMessageBytes = 1 })),
        (nameof(WebSocketJsonRpcOptions.MaxConcurrentCalls), () => new WebSocketJsonRpcTransport(Socket, new() { MaxConcurrentCalls = 0 })),
        (nameof(WebSocketJsonRpcOptions.SubscriptionBuffer), () => new WebSocketJsonRpcTransport(Socket, new() { SubscriptionBuffer = 0 })),
        (nameof(WebSocketJsonRpcOptions.KeepAliveInterval), () => new WebSocketJsonRpcTransport(Socket, new() { KeepAliveInterval = TimeSpan.Zero })),
        (nameof(WebSocketJsonRpcOptions.MaxReconnectDelay), () => new WebSocketJsonRpcTransport(Socket, new() { MaxReconnectDelay = TimeSpan.FromMilliseconds(1) })),
        (nameof(FailoverJsonRpcOptions.RetryDelay), () => new FailoverJsonRpcTransport(new EvmRpcChain(1), [JsonRpcEndpoint.At(Http)], new() { RetryDelay = TimeSpan.Zero })),
        (nameof(FailoverJsonRpcOptions.MaxRetryDelay), () => new FailoverJsonRpcTransport(new EvmRpcChain(1), [JsonRpcEndpoint.At(Http)], new() { MaxRetryDelay = TimeSpan.FromMilliseconds(1) })),
        (nameof(FailoverJsonRpcOptions.ChainCheckTimeout), () => new FailoverJsonRpcTransport(new EvmRpcChain(1), [JsonRpcEndpoint.At(Http)], new() { ChainCheckTimeout = TimeSpan.Zero })),
        ("endpoints", () => new FailoverJsonRpcTransport(new EvmRpcChain(1), [])),
        ("http://", () => new HttpJsonRpcTransport(Socket)),
        ("ws://", () => new WebSocketJsonRpcTransport(Http)),
        ("http://", () => JsonRpcEndpoint.At(new Uri("ftp://node")).Transport),
    ];

    [Fact]
    public void Constructor_ValueOutOfRange_SaysWhichAndWhatToWrite()
        => Assert.All(Wrong, wrong => Assert.Contains(wrong.What, Assert.Throws<ArgumentException>(wrong.Construct).Message, StringComparison.Ordinal));

    [Fact]
    public void Endpoint_AddressWithAKey_IsNamedByItsHostAlone()
        => Assert.Equal("node.example:443", JsonRpcEndpoint.At(new Uri("https://user:password@node.example/v2/secret")).Name);
}
