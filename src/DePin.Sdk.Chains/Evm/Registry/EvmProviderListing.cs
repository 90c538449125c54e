using DePin.Sdk.Market;

namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>What a directory knows of a registered provider.</summary>
/// <param name="Provider">What the chain says.</param>
/// <param name="Offers">The offers that count, as the provider gave them when it was asked last; their signatures are verified by who uses them.</param>
/// <param name="Failure">Why there are none; null when the provider answered, or was not asked.</param>
public sealed record EvmProviderListing(EvmRegisteredProvider Provider, IReadOnlyList<Offer> Offers, Exception? Failure);
