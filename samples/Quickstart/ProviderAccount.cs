using DePin.Sdk;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace Quickstart;

/// <summary>How a provider is paid.</summary>
internal sealed record ProviderAccount(ISigner Signer, ISettlementBackend Settlement, SignatureVerifiers Verifiers, Func<decimal, Amount> Dollars);
