namespace DePin.Sdk.Chains.Rpc;

/// <summary>One of several ways to a chain.</summary>
/// <param name="Name">How it is called in logs and messages. It must hold no secret, as a vendor's address often does.</param>
/// <param name="Transport">Carries the calls.</param>
public sealed record JsonRpcEndpoint(string Name, IJsonRpcTransport Transport)
{
    /// <summary>An endpoint at an address of the schemes http, https, ws or wss, named by its host and port.</summary>
    /// <exception cref="ArgumentException">The address is another one.</exception>
    public static JsonRpcEndpoint At(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        bool isWebSocket = address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeWs || address.Scheme == Uri.UriSchemeWss);
        IJsonRpcTransport transport = isWebSocket ? new WebSocketJsonRpcTransport(address) : new HttpJsonRpcTransport(address);
        return new JsonRpcEndpoint($"{address.Host}:{address.Port}", transport);
    }
}
