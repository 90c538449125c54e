using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <summary>A payment channel as its ledger or chain sees it: an escrowed deposit from one payer to one payee.</summary>
public sealed record Channel
{
    /// <summary>The identifier.</summary>
    public required ChannelId Id { get; init; }

    /// <summary>Who deposited, and gets back what is not settled.</summary>
    public required AccountId Payer { get; init; }

    /// <summary>Who is paid.</summary>
    public required AccountId Payee { get; init; }

    /// <summary>The key whose vouchers count, in the form that the chain knows; compare keys by <see cref="ISettlementBackend.GetAccount"/>.</summary>
    public required PublicKey VoucherKey { get; init; }

    /// <summary>Everything deposited over the channel's life.</summary>
    public required Amount Deposit { get; init; }

    /// <summary>What the payee has been paid so far; at most <see cref="Deposit"/>, never decreasing.</summary>
    public required Amount Settled { get; init; }

    /// <summary>How long after <c>RequestClose</c> the payer may withdraw.</summary>
    public required TimeSpan GracePeriod { get; init; }

    /// <summary>Where the channel is in its life.</summary>
    public required ChannelStatus Status { get; init; }

    /// <summary>When the grace period ends; null unless the status is <see cref="ChannelStatus.Closing"/>.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>What went back to the payer when the channel closed; zero before.</summary>
    public required Amount Refunded { get; init; }
}
