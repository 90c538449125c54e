namespace DePin.Sdk.Transport;

/// <summary>Opens connections to endpoints and keeps them for reuse. Thread-safe.</summary>
public interface IProviderConnector : IAsyncDisposable
{
    /// <summary>The connection to an endpoint. It belongs to the connector: do not dispose it.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unsupported"/>: this connector does not speak the scheme.</exception>
    IProviderConnection Connect(Uri endpoint);
}
