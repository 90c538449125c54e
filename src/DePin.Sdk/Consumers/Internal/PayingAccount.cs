using DePin.Sdk.Identity;
using DePin.Sdk.Payments;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>An account that the consumer pays from.</summary>
/// <param name="Chain">Where it is; there is one account on each chain.</param>
/// <param name="Payments">Its channels.</param>
/// <param name="Signer">Its key.</param>
/// <param name="PerRequestLimit">The most that one request may spend from it.</param>
internal sealed record PayingAccount(ChainId Chain, PaymentSession Payments, ISigner Signer, Amount? PerRequestLimit);
