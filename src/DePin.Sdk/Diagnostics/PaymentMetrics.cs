using System.Diagnostics.Metrics;

namespace DePin.Sdk.Diagnostics;

/// <summary>What payments count.</summary>
internal static class PaymentMetrics
{
    public static readonly Counter<long> VouchersSigned = DePinTelemetry.Meter.CreateCounter<long>("depin.vouchers.signed", "{voucher}", "Vouchers that this payer signed.");

    public static readonly Counter<long> VouchersAccepted = DePinTelemetry.Meter.CreateCounter<long>("depin.vouchers.accepted", "{voucher}", "Vouchers that this payee verified and recorded.");

    public static readonly Counter<long> VouchersRejected = DePinTelemetry.Meter.CreateCounter<long>("depin.vouchers.rejected", "{voucher}", "Vouchers that this payee refused.");

    public static readonly Counter<long> CreditWaits = DePinTelemetry.Meter.CreateCounter<long>("depin.credit.waits", "{wait}", "Times that a job stood at the credit limit.");

    public static readonly Counter<long> ChannelsOpened = DePinTelemetry.Meter.CreateCounter<long>("depin.channels.opened", "{channel}", "Channels that this payer opened.");

    public static readonly Counter<long> VouchersClaimed = DePinTelemetry.Meter.CreateCounter<long>("depin.vouchers.claimed", "{voucher}", "Vouchers that this payee settled.");

    public static readonly Counter<long> ClaimsFailed = DePinTelemetry.Meter.CreateCounter<long>("depin.claims.failed", "{voucher}", "Vouchers that could not be settled yet.");

    public static readonly Counter<long> VouchersLost = DePinTelemetry.Meter.CreateCounter<long>("depin.vouchers.lost", "{voucher}", "Vouchers whose channel closed, or which expired, before they were settled.");

    public static readonly Gauge<int> ChannelsAtRisk = DePinTelemetry.Meter.CreateGauge<int>("depin.channels.at_risk", "{channel}", "Closing channels that are not settled although more than half of their grace period is over.");
}
