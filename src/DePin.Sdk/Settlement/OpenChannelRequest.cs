using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <summary>What a payer asks for when it opens a channel.</summary>
public sealed record OpenChannelRequest
{
    /// <summary>Who is paid, and the only account that settling can pay.</summary>
    public required AccountId Payee { get; init; }

    /// <summary>What is escrowed at once, above zero. Its asset is the channel's asset.</summary>
    public required Amount Deposit { get; init; }

    /// <summary>The key that signs vouchers; null for the payer's own.</summary>
    public PublicKey? VoucherKey { get; init; }

    /// <summary>How long the payee has to settle after the payer asks to close. Default one day.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Makes the channel's id unique and the opening idempotent: opening twice with the same 32 bytes opens one channel. Null for random bytes.</summary>
    public ReadOnlyMemory<byte>? Salt { get; init; }
}
