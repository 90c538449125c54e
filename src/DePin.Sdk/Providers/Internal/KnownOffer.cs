using DePin.Sdk.Market;

namespace DePin.Sdk.Providers.Internal;

/// <summary>An offer that this provider made, and the model behind it.</summary>
internal sealed record KnownOffer(Offer Offer, ServedModel Model);
