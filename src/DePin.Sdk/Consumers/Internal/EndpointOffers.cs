using DePin.Sdk.Market;
using DePin.Sdk.Transport;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>Asks a provider itself for what it offers.</summary>
internal static class EndpointOffers
{
    /// <summary>The offers as they came: well-formed, but not yet verified.</summary>
    /// <exception cref="DePinException">The provider cannot be reached, or its answer cannot be read.</exception>
    /// <exception cref="TimeoutException">It did not answer in time.</exception>
    public static async Task<IReadOnlyList<Offer>> AskAsync(IProviderConnector connector, Uri endpoint, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        var options = new CallOptions { Deadline = time.GetUtcNow() + patience };
        var response = await connector.Connect(endpoint).ListOffersAsync(options, cancellationToken).ConfigureAwait(false);
        return [.. response.Offers.Select(OfferWire.FromWire)];
    }
}
