using System.Globalization;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.CrashHost;

/// <summary>Saves ever higher vouchers on several channels at once, and says of each when it is acknowledged, until it is killed.</summary>
internal static class JournalLoop
{
    public static async Task<int> RunAsync(string path, int channels)
    {
        await using var journal = SqliteVoucherJournal.Open(path);
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await Task.WhenAll(Enumerable.Range(0, channels).Select(index => SaveAsync(journal, index, output)));
        return 0;
    }

    public static ChannelId Id(int index)
    {
        var bytes = new byte[32];
        bytes[0] = (byte)index;
        return new ChannelId(bytes);
    }

    private static async Task SaveAsync(SqliteVoucherJournal journal, int index, StreamWriter output)
    {
        var id = Id(index);
        var account = AccountId.Parse("depin:local:p256-sha256.02ab");
        var zero = Amount.Zero(LedgerSettlement.Credit);
        await journal.SaveChannelAsync(new Channel
        {
            Id = id,
            Payer = account,
            Payee = account,
            VoucherKey = new PublicKey(SignatureAlgorithm.P256, new byte[33]),
            Deposit = LedgerSettlement.Usd(1_000_000m),
            Settled = zero,
            GracePeriod = TimeSpan.FromHours(1),
            Status = ChannelStatus.Open,
            Refunded = zero,
        });
        var signature = new Signature(SignatureAlgorithm.P256, new byte[64]);
        var units = (await journal.FindAsync(id))!.Voucher?.Voucher.Cumulative.BaseUnits ?? UInt128.Zero;
        while (true)
        {
            units++;
            if (!await journal.SaveVoucherAsync(new SignedVoucher(new Voucher(id, zero with { BaseUnits = units }), signature)))
            {
                throw new InvalidOperationException($"The voucher for {units} was refused.");
            }

            await journal.SaveDeliveredAsync(id, zero with { BaseUnits = units });
            lock (output)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{index} {units}"));
            }
        }
    }
}
