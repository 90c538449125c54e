using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What <see cref="SettlementConformance"/> needs to drive a backend: a fresh ledger or chain, money, and time.</summary>
public interface ISettlementHarness : IAsyncDisposable
{
    /// <summary>The backend under test.</summary>
    ISettlementBackend Backend { get; }

    /// <summary>The same kind of backend on another ledger or chain, whose vouchers must not count here; null when there is none.</summary>
    ISettlementBackend? Other { get; }

    /// <summary>The asset that the cases pay with; a test account is given at most a million base units of it.</summary>
    Asset Asset { get; }

    /// <summary>A grace period that the backend allows, in whole seconds.</summary>
    TimeSpan GracePeriod { get; }

    /// <summary>Whether a channel's grace period is chosen when it opens, so that another one makes another channel. False where the backend has one for all; it then refuses a longer one.</summary>
    bool HasGracePeriodPerChannel => true;

    /// <summary>Whether vouchers can expire. False where they cannot; <see cref="ISettlementBackend.GetVoucherSigningBytes"/> then refuses an expiry as <see cref="DePinErrorCode.Unsupported"/>.</summary>
    bool HasVoucherExpiry => true;

    /// <summary>Whether a closing channel settles like an open one. False where the payee's settlement of one closes it; see <see cref="ISettlementBackend.SettlesWhileClosing"/>.</summary>
    bool SettlesWhileClosing => true;

    /// <summary>The time as the backend sees it.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Makes a new key that has an account on the backend.</summary>
    ISigner CreateSigner();

    /// <summary>Gives an account money, network fees not counted.</summary>
    Task FundAsync(AccountId account, Amount amount);

    /// <summary>Moves the backend's time forward.</summary>
    Task AdvanceAsync(TimeSpan by);

    /// <summary>All money there is: what accounts and channels hold. Null when the backend cannot tell.</summary>
    Task<Amount?> GetTotalAsync();
}
