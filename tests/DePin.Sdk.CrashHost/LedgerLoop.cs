using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.CrashHost;

/// <summary>Does random operations on a ledger file that other processes work on too, with keys that they share.</summary>
internal static class LedgerLoop
{
    public static async Task<int> RunAsync(string folder, int seed, int operations)
    {
        using var payer = P256Signer.LoadOrCreate(Path.Combine(folder, "payer.pem"));
        using var payee = P256Signer.LoadOrCreate(Path.Combine(folder, "payee.pem"));
        await using var ledger = LedgerSettlement.Open(Path.Combine(folder, "ledger.db"));
        var random = new Random(seed);
        int done = 0;
        for (int i = 0; i < operations; i++)
        {
            try
            {
                await StepAsync(ledger, payer, payee, random);
                done++;
            }
            catch (SettlementException ex) when (ex.Code is not DePinErrorCode.StorageFailed)
            {
                // Refused, because the other process was first.
            }

            if (i == 0)
            {
                Console.WriteLine("started");
            }
        }

        Console.WriteLine($"done {done}");
        return 0;
    }

    private static async Task StepAsync(LedgerSettlement ledger, P256Signer payer, P256Signer payee, Random random)
    {
        // Few salts, so that processes meet on the same channels.
        var salt = new byte[32];
        salt[0] = (byte)random.Next(12);
        var channel = await ledger.OpenAsync(
            new OpenChannelRequest { Payee = ledger.GetAccount(payee.PublicKey), Deposit = LedgerSettlement.Usd(0.0005m), GracePeriod = TimeSpan.Zero, Salt = salt },
            payer);
        var voucher = new Voucher(channel.Id, LedgerSettlement.Usd(random.Next(1, 500) / 1_000_000m));
        var signed = new SignedVoucher(voucher, await payer.SignAsync(ledger.GetVoucherSigningBytes(voucher)));
        switch (random.Next(12))
        {
            case 0:
                await ledger.CloseAsync(channel.Id, signed, payee);
                break;
            case 1:
                await ledger.RequestCloseAsync(channel.Id, payer);
                await ledger.WithdrawAsync(channel.Id, payer);
                break;
            case < 5:
                await ledger.TopUpAsync(channel.Id, LedgerSettlement.Usd(0.00001m), payer);
                break;
            case 5:
                await ledger.DepositAsync(ledger.GetAccount(payer.PublicKey), LedgerSettlement.Usd(0.000007m));
                break;
            default:
                await ledger.SettleAsync([signed], payee);
                break;
        }
    }
}
