using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Tests.Payments;

/// <summary>One payer and one payee on a ledger in memory.</summary>
internal sealed class PaymentWorld : IAsyncDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    public ManualTimeProvider Clock { get; } = new();

    public LedgerSettlement Ledger { get; }

    public P256Signer Payer { get; } = P256Signer.Create();

    public P256Signer Payee { get; } = P256Signer.Create();

    public MemoryVoucherJournal PayerJournal { get; } = new();

    public MemoryVoucherJournal PayeeJournal { get; } = new();

    public AccountId PayerAccount => Ledger.GetAccount(Payer.PublicKey);

    public AccountId PayeeAccount => Ledger.GetAccount(Payee.PublicKey);

    private PaymentWorld() => Ledger = LedgerSettlement.CreateInMemory(Clock);

    public static async Task<PaymentWorld> CreateAsync(ulong funds = 1_000_000)
    {
        var world = new PaymentWorld();
        await world.Ledger.DepositAsync(world.PayerAccount, Units(funds));
        return world;
    }

    public static Amount Units(UInt128 units) => new(units, LedgerSettlement.Credit);

    public PaymentSession NewSession(PaymentSessionOptions? options = null, ISettlementBackend? settlement = null, IVoucherJournal? journal = null) =>
        new(settlement ?? Ledger, Payer, journal ?? PayerJournal, options ?? new PaymentSessionOptions { GracePeriod = Grace }, Clock);

    public PaymentAcceptor NewAcceptor(PaymentAcceptorOptions? options = null, ISettlementBackend? settlement = null, IVoucherJournal? journal = null) =>
        new(settlement ?? Ledger, Payee, journal ?? PayeeJournal, options, Clock);

    public async Task<Amount> BalanceOfPayeeAsync() => await Ledger.GetBalanceAsync(PayeeAccount, LedgerSettlement.Credit);

    public async Task<Amount> BalanceOfPayerAsync() => await Ledger.GetBalanceAsync(PayerAccount, LedgerSettlement.Credit);

    /// <summary>Runs a job of equal steps as a provider and a consumer do, and returns what was delivered.</summary>
    /// <param name="outgoing">The payer's side.</param>
    /// <param name="incoming">The payee's side.</param>
    /// <param name="steps">How many outputs.</param>
    /// <param name="cost">What each costs.</param>
    /// <param name="finish">False to break off before the last voucher.</param>
    public static async Task<int> RunJobAsync(OutgoingPayment outgoing, IncomingPayment incoming, int steps, uint cost, bool finish = true)
    {
        outgoing.LimitCredit(incoming.AvailableCredit);
        if (await outgoing.PayAsync(outgoing.Due, isFinal: false) is { } first)
        {
            await incoming.AcceptAsync(first);
        }

        for (int i = 1; i <= steps; i++)
        {
            var due = Units((UInt128)(uint)i * cost);
            if (!incoming.TryCharge(due))
            {
                return i - 1;
            }

            if (outgoing.NeedsVoucher(due) && await outgoing.PayAsync(due, isFinal: false) is { } voucher)
            {
                await incoming.AcceptAsync(voucher);
            }
        }

        if (finish && await outgoing.PayAsync(outgoing.Due, isFinal: true) is { } last)
        {
            await incoming.AcceptAsync(last);
        }

        return steps;
    }

    public async ValueTask DisposeAsync()
    {
        Payer.Dispose();
        Payee.Dispose();
        await Ledger.DisposeAsync();
    }
}
