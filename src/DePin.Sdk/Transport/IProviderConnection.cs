using DePin.Sdk.Wire;

namespace DePin.Sdk.Transport;

/// <summary>A way to one provider's endpoint. Thread-safe; carries many jobs at a time.</summary>
public interface IProviderConnection : IAsyncDisposable
{
    /// <summary>Where it leads.</summary>
    Uri Endpoint { get; }

    /// <summary>Opens the stream of one job (<c>ProviderService.Run</c>). Returns before the provider has answered; its refusal comes out of the first read.</summary>
    /// <param name="options">Deadline and metadata.</param>
    /// <param name="cancellationToken">Cancels the opening; afterwards dispose the stream, which cancels the job.</param>
    ValueTask<IDuplexCall<ConsumerFrame, ProviderFrame>> RunJobAsync(CallOptions options, CancellationToken cancellationToken = default);

    /// <summary>Asks for the provider's offers (<c>ProviderService.ListOffers</c>).</summary>
    Task<ListOffersResponse> ListOffersAsync(CallOptions options, CancellationToken cancellationToken = default);

    /// <summary>Asks the provider to close a channel (<c>ProviderService.CloseChannel</c>).</summary>
    Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CallOptions options, CancellationToken cancellationToken = default);
}
