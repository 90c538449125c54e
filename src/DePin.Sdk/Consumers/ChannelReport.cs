using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Consumers;

/// <summary>What became of one payment channel in <see cref="DePinClient.SettleAsync"/>.</summary>
public sealed record ChannelReport
{
    /// <summary>The channel.</summary>
    public required ChannelId Channel { get; init; }

    /// <summary>The account that is paid.</summary>
    public required AccountId Payee { get; init; }

    /// <summary>The provider behind the account; null when no offer names it any more.</summary>
    public PublicKey? Provider { get; init; }

    /// <summary>Where it was reached; null when no offer names it any more.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>What was escrowed.</summary>
    public required Amount Deposited { get; init; }

    /// <summary>What the provider was paid.</summary>
    public required Amount Paid { get; init; }

    /// <summary>What came back.</summary>
    public required Amount Refunded { get; init; }

    /// <summary>Where the channel is in its life now.</summary>
    public required ChannelStatus Status { get; init; }

    /// <summary>When the grace period ends; null unless it is running.</summary>
    public DateTimeOffset? ClosesAt { get; init; }

    /// <summary>How it was dealt with.</summary>
    public required ChannelClosing Closing { get; init; }

    /// <summary>Why the provider's help was not had, or why nothing worked; null when all went well.</summary>
    public Exception? Failure { get; init; }
}
