using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <summary>A voucher with the payer's signature over <see cref="ISettlementBackend.GetVoucherSigningBytes"/>.</summary>
/// <param name="Voucher">What is authorized.</param>
/// <param name="Signature">By the channel's voucher key.</param>
public sealed record SignedVoucher(Voucher Voucher, Signature Signature);
