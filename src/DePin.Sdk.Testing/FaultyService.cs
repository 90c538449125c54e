using DePin.Sdk.Market;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Testing;

/// <summary>A provider behind its faults.</summary>
internal sealed class FaultyService(IProviderService inner, ProviderFaults faults, TokenPrice price, Action kill) : IProviderService
{
    public Task RunJobAsync(IDuplexCall<ProviderFrame, ConsumerFrame> stream, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken)
    {
        if (faults.Refusal is { } refusal)
        {
            throw refusal();
        }

        return inner.RunJobAsync(new FaultyStream(stream, faults, price, kill), metadata, cancellationToken);
    }

    public Task<ListOffersResponse> ListOffersAsync(ListOffersRequest request, CancellationToken cancellationToken) => inner.ListOffersAsync(request, cancellationToken);

    public Task<CloseChannelResponse> CloseChannelAsync(CloseChannelRequest request, CancellationToken cancellationToken) => inner.CloseChannelAsync(request, cancellationToken);
}
