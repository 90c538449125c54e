using DePin.Sdk.Wire;

namespace DePin.Sdk.Transport;

/// <summary>The provider's side of a connection; <c>ProviderRuntime</c> implements it and every transport serves it.</summary>
public interface IProviderService
{
    /// <summary>Serves one job from its first frame to its receipt. Returns when the stream may end well; throws what the consumer is to be told.</summary>
    /// <param name="stream">The stream; the transport disposes it.</param>
    /// <param name="metadata">What came beside the frames, lower-case names.</param>
    /// <param name="cancellationToken">Signalled when the consumer went away or the deadline passed.</param>
    Task RunJobAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken);

    /// <summary>The provider's signed offers.</summary>
    Task<ListOffersResponse> ListOffersAsync(ListOffersRequest request, CancellationToken cancellationToken);

    /// <summary>Settles and closes a channel at its payer's wish.</summary>
    Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CancellationToken cancellationToken);
}
