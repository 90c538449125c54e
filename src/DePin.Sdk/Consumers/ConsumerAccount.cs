using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Consumers;

/// <summary>An account on one chain that a <see cref="DePinClient"/> pays from. What is passed in stays the caller's to dispose.</summary>
public sealed class ConsumerAccount
{
    /// <summary>Where its channels live.</summary>
    public required ISettlementBackend Settlement { get; init; }

    /// <summary>The key whose account pays, and which signs vouchers.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>How much may be spent from it, and how its channels are kept.</summary>
    public PaymentSessionOptions Payments { get; init; } = new();
}
