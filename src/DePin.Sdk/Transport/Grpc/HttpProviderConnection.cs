using DePin.Sdk.Wire;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>A provider's service behind a <see cref="GrpcClient"/>.</summary>
internal sealed class HttpProviderConnection(GrpcClient client) : IProviderConnection
{
    public Uri Endpoint => client.Address;

    public ValueTask<IDuplexCall<ConsumerFrame, ProviderFrame>> RunJobAsync(CallOptions options, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(client.Duplex<ConsumerFrame, ProviderFrame>(ProviderMethods.Run, ProviderFrame.Parser, options, cancellationToken));

    public Task<ListOffersResponse> ListOffersAsync(CallOptions options, CancellationToken cancellationToken = default) =>
        client.UnaryAsync(ProviderMethods.ListOffers, new ListOffersRequest(), ListOffersResponse.Parser, options, cancellationToken);

    public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CallOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return client.UnaryAsync(ProviderMethods.CloseChannel, request, CloseChannelResponse.Parser, options, cancellationToken);
    }

    /// <summary>The connector owns the connection.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
