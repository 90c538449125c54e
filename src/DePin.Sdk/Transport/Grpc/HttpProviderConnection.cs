using DePin.Sdk.Wire;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>A provider's service behind a <see cref="GrpcClient"/>.</summary>
internal sealed class HttpProviderConnection(GrpcClient client) : IProviderConnection
{
    /// <summary>An empty offer takes two bytes on the wire and far more in memory.</summary>
    internal const int MaxOffersBytes = 256 * 1024;

    /// <summary>More than fit into <see cref="MaxOffersBytes"/> where each has its key, ids and signature.</summary>
    internal const int MaxOffers = 1024;

    private readonly GrpcClient _listing = client.WithMaxReceive(MaxOffersBytes);

    public Uri Endpoint => client.Address;

    public ValueTask<IDuplexCall<ConsumerFrame, ProviderFrame>> RunJobAsync(CallOptions options, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(client.Duplex<ConsumerFrame, ProviderFrame>(ProviderMethods.Run, ProviderFrame.Parser, options, cancellationToken));

    public async Task<ListOffersResponse> ListOffersAsync(CallOptions options, CancellationToken cancellationToken = default)
    {
        var response = await _listing.UnaryAsync(ProviderMethods.ListOffers, new ListOffersRequest(), ListOffersResponse.Parser, options, cancellationToken).ConfigureAwait(false);
        return response.Offers.Count <= MaxOffers
            ? response
            : throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, $"The provider at {Endpoint} lists {response.Offers.Count} offers; at most {MaxOffers} are taken.");
    }

    public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return client.UnaryAsync(ProviderMethods.CloseChannel, request, CloseChannelResponse.Parser, options, cancellationToken);
    }

    /// <summary>The connector owns the connection.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
