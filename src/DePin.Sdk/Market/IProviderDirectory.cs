namespace DePin.Sdk.Market;

/// <summary>Who offers this model, at what price, where? Thread-safe.</summary>
public interface IProviderDirectory
{
    /// <summary>One page of the matching offers that have not expired. The caller still verifies their signatures.</summary>
    Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default);
}
