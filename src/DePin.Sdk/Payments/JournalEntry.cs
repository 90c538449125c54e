using DePin.Sdk.Settlement;

namespace DePin.Sdk.Payments;

/// <summary>What a journal remembers of a channel.</summary>
/// <param name="Channel">The channel as last seen.</param>
/// <param name="Voucher">The highest voucher; null before the first.</param>
/// <param name="Delivered">The total cost of the work done on it.</param>
public sealed record JournalEntry(Channel Channel, SignedVoucher? Voucher, Amount Delivered);
