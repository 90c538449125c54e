using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Tests.Settlement;

/// <summary>Random sequences of operations on the ledger and on a model of a few lines agree in every answer and every balance.</summary>
public sealed class LedgerModelTests
{
    private enum Kind
    {
        Open,
        TopUp,
        Settle,
        Close,
        RequestClose,
        Withdraw,
        Advance,
    }

    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    [Fact]
    public void Operations_AnySequence_AgreeWithTheModel()
    {
        var operation = from kind in Gen.Elements(Enum.GetValues<Kind>().Append(Kind.Settle).ToArray())
                        from channel in Gen.Choose(0, 2)
                        from amount in Gen.Choose(0, 120)
                        from byPayer in Gen.Frequency((6, Gen.Constant(true)), (1, Gen.Constant(false)))
                        select (kind, channel, (uint)amount, byPayer);
        Prop.ForAll(operation.ListOf().ToArbitrary(), operations => RunAsync(operations).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithEndSize(60));
    }

    private static async Task RunAsync(IEnumerable<(Kind Kind, int Channel, uint Amount, bool Rightful)> operations)
    {
        var clock = new ManualTimeProvider();
        await using var ledger = LedgerSettlement.CreateInMemory(clock);
        using var payer = P256Signer.Create();
        using var payee = P256Signer.Create();
        var payerAccount = ledger.GetAccount(payer.PublicKey);
        await ledger.DepositAsync(payerAccount, Units(500));
        var model = new Model(500);
        var ids = new ChannelId?[3];
        foreach (var (kind, index, amount, rightful) in operations)
        {
            bool expected = model.Apply(kind, index, amount, rightful, clock.GetUtcNow());
            if (kind == Kind.Advance)
            {
                clock.Advance(TimeSpan.FromMinutes(amount / 10));
                continue;
            }

            var id = ids[index] ?? new ChannelId(new byte[32]);
            var voucher = new Voucher(id, Units(amount));
            bool actual = true;
            try
            {
                switch (kind)
                {
                    case Kind.Open:
                        var salt = new byte[32];
                        salt[0] = (byte)index;
                        ids[index] = (await ledger.OpenAsync(new OpenChannelRequest { Payee = ledger.GetAccount(payee.PublicKey), Deposit = Units(amount), GracePeriod = Grace, Salt = salt }, payer)).Id;
                        break;
                    case Kind.TopUp:
                        await ledger.TopUpAsync(id, Units(amount), rightful ? payer : payee);
                        break;
                    case Kind.Settle:
                        await ledger.SettleAsync([new SignedVoucher(voucher, await (rightful ? payer : payee).SignAsync(ledger.GetVoucherSigningBytes(voucher)))], payee);
                        break;
                    case Kind.Close:
                        await ledger.CloseAsync(id, new SignedVoucher(voucher, await payer.SignAsync(ledger.GetVoucherSigningBytes(voucher))), rightful ? payee : payer);
                        break;
                    case Kind.RequestClose:
                        await ledger.RequestCloseAsync(id, rightful ? payer : payee);
                        break;
                    case Kind.Withdraw:
                        await ledger.WithdrawAsync(id, rightful ? payer : payee);
                        break;
                }
            }
            catch (SettlementException)
            {
                actual = false;
            }

            Assert.Equal(expected, actual);
            Assert.Equal(Units(model.Payer), await ledger.GetBalanceAsync(payerAccount, LedgerSettlement.Credit));
            Assert.Equal(Units(model.Payee), await ledger.GetBalanceAsync(ledger.GetAccount(payee.PublicKey), LedgerSettlement.Credit));
            Assert.True((await ledger.GetTotalsAsync(LedgerSettlement.Credit)).IsConserved);
        }
    }

    private static Amount Units(uint units) => new(units, LedgerSettlement.Credit);

    private sealed class Model(uint funds)
    {
        private readonly (uint Deposit, uint Settled, ChannelStatus Status, DateTimeOffset ClosesAt)?[] _channels = new (uint, uint, ChannelStatus, DateTimeOffset)?[3];

        public uint Payer { get; private set; } = funds;

        public uint Payee { get; private set; }

        /// <summary>True when the operation is allowed; then it has been done.</summary>
        public bool Apply(Kind kind, int index, uint amount, bool rightful, DateTimeOffset now)
        {
            if (kind == Kind.Open)
            {
                if (amount == 0 || (_channels[index] is null && amount > Payer))
                {
                    return false;
                }

                if (_channels[index] is null)
                {
                    Payer -= amount;
                    _channels[index] = (amount, 0, ChannelStatus.Open, default);
                }

                return true;
            }

            if (kind == Kind.Advance || _channels[index] is not { } c || !rightful)
            {
                return false;
            }

            switch (kind)
            {
                case Kind.TopUp when c.Status == ChannelStatus.Open && amount > 0 && amount <= Payer:
                    Payer -= amount;
                    _channels[index] = c with { Deposit = c.Deposit + amount };
                    return true;
                case Kind.Settle when c.Status != ChannelStatus.Closed && amount <= c.Deposit:
                    Payee += Math.Max(amount, c.Settled) - c.Settled;
                    _channels[index] = c with { Settled = Math.Max(amount, c.Settled) };
                    return true;
                case Kind.Close when c.Status != ChannelStatus.Closed && amount <= c.Deposit:
                    var settled = Math.Max(amount, c.Settled);
                    Payee += settled - c.Settled;
                    Payer += c.Deposit - settled;
                    _channels[index] = c with { Settled = settled, Status = ChannelStatus.Closed };
                    return true;
                case Kind.RequestClose when c.Status != ChannelStatus.Closed:
                    _channels[index] = c.Status == ChannelStatus.Open ? c with { Status = ChannelStatus.Closing, ClosesAt = now + Grace } : c;
                    return true;
                case Kind.Withdraw when c.Status == ChannelStatus.Closing && now >= c.ClosesAt:
                    Payer += c.Deposit - c.Settled;
                    _channels[index] = c with { Status = ChannelStatus.Closed };
                    return true;
                default:
                    return false;
            }
        }
    }
}
