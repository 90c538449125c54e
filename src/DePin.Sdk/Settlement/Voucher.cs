namespace DePin.Sdk.Settlement;

/// <summary>A payer's cumulative authorization: "of this channel, the payee may take up to this much in all".</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Cumulative">The total over the channel's life, in its asset.</param>
/// <param name="ExpiresAt">When the authorization lapses; null for never. Milliseconds count, what is finer is dropped.</param>
public sealed record Voucher(ChannelId Channel, Amount Cumulative, DateTimeOffset? ExpiresAt = null);
