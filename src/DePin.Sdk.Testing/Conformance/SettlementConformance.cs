using System.Security.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="ISettlementBackend"/> does: each transition, each refusal, and that no money appears or vanishes. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>.</summary>
public sealed partial class SettlementConformance
{
    private const uint Funds = 1_000;
    private const uint StrangerFunds = 100;

    private static readonly Dictionary<string, Func<SettlementConformance, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["Open_Deposit_MovesIntoTheChannel"] = c => c.OpenAsync(),
        ["Open_SameSaltAndTerms_OpensOnce"] = c => c.OpenTwiceAsync(),
        ["Open_SameSaltOtherTerms_IsAnotherChannel"] = c => c.OpenOtherTermsAsync(),
        ["Open_ClosedChannelAgain_StaysClosed"] = c => c.OpenClosedAsync(),
        ["Open_MoreThanTheBalance_IsInsufficientFunds"] = c => c.OpenTooMuchAsync(),
        ["Open_NothingDeposited_IsRefused"] = c => c.OpenNothingAsync(),
        ["Find_UnknownChannel_IsNull"] = c => c.FindUnknownAsync(),
        ["TopUp_Open_AddsToTheDeposit"] = c => c.TopUpAsync(),
        ["TopUp_ByAnotherOrTooMuchOrClosing_IsRefused"] = c => c.TopUpRefusedAsync(),
        ["TopUp_Overflow_IsRefused"] = c => c.TopUpOverflowAsync(),
        ["Settle_Voucher_PaysTheDifference"] = c => c.SettleAsync(),
        ["Settle_Replayed_MovesNothing"] = c => c.SettleReplayAsync(),
        ["Settle_ByAnybody_PaysThePayeeAlone"] = c => c.SettleByAnybodyAsync(),
        ["Settle_BadVouchers_AreRefusedAndMoveNothing"] = c => c.SettleBadAsync(),
        ["Settle_OneBadInABatch_SettlesNone"] = c => c.SettleBatchAtomicAsync(),
        ["Settle_Batch_AnswersInOrder"] = c => c.SettleBatchAsync(),
        ["Settle_WholeDepositThenTopUp_GoesOn"] = c => c.SettleAllAsync(),
        ["Verify_Voucher_ChecksChannelKeyAmountAndExpiry"] = c => c.VerifyAsync(),
        ["Verify_VoucherOfAnotherLedger_IsFalse"] = c => c.VerifyOtherLedgerAsync(),
        ["Verify_SeparateVoucherKey_IsTheOneThatCounts"] = c => c.VoucherKeyAsync(),
        ["Close_WithFinalVoucher_PaysBothSides"] = c => c.CloseAsync(),
        ["Close_WithoutOrWithLowerVoucher_MovesNothingMore"] = c => c.CloseLowerAsync(),
        ["Close_ByAnotherThanThePayee_IsRefused"] = c => c.CloseUnauthorizedAsync(),
        ["Close_BadVoucher_IsRefusedAndStaysOpen"] = c => c.CloseBadVoucherAsync(),
        ["Closed_EveryOperation_IsRefused"] = c => c.ClosedAsync(),
        ["RequestClose_Twice_KeepsTheFirstTime"] = c => c.RequestCloseAsync(),
        ["RequestClose_ByAnotherThanThePayer_IsRefused"] = c => c.RequestCloseUnauthorizedAsync(),
        ["Closing_Vouchers_StillSettleUntilWithdrawn"] = c => c.SettleWhileClosingAsync(),
        ["Closing_PayeeCloses_AtOnce"] = c => c.CloseWhileClosingAsync(),
        ["Withdraw_BeforeTheGracePeriodEnds_IsRefused"] = c => c.WithdrawEarlyAsync(),
        ["Withdraw_AfterTheGracePeriod_ReturnsTheRest"] = c => c.WithdrawAsync(),
        ["Withdraw_ByAnotherThanThePayer_IsRefused"] = c => c.WithdrawUnauthorizedAsync(),
        ["Unauthorized_KeyThatIsNotHeld_IsRefused"] = c => c.ForgedSignerAsync(),
        ["Concurrent_Settlements_PayOnce"] = c => c.ConcurrentSettleAsync(),
        ["Concurrent_Openings_OfOneSalt_OpenOnce"] = c => c.ConcurrentOpenAsync(),
        ["Concurrent_CloseAndSettle_ConserveMoney"] = c => c.ConcurrentCloseAsync(),
    };

    private readonly ISettlementHarness _harness;

    /// <summary>Makes the suite for a backend. Take a new harness for each case.</summary>
    public SettlementConformance(ISettlementHarness harness)
    {
        ArgumentNullException.ThrowIfNull(harness);
        _harness = harness;
        Payer = harness.CreateSigner();
        Payee = harness.CreateSigner();
        Stranger = harness.CreateSigner();
    }

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    private ISettlementBackend Backend => _harness.Backend;

    private ISigner Payer { get; }

    private ISigner Payee { get; }

    private ISigner Stranger { get; }

    /// <summary>Runs a case, and afterwards counts all money.</summary>
    /// <exception cref="ConformanceException">The backend fails it.</exception>
    public async Task RunAsync(string caseName)
    {
        await _harness.FundAsync(Account(Payer), Units(Funds)).ConfigureAwait(false);
        await _harness.FundAsync(Account(Stranger), Units(StrangerFunds)).ConfigureAwait(false);
        var before = await _harness.GetTotalAsync().ConfigureAwait(false);
        await Cases[caseName](this).ConfigureAwait(false);
        var after = await _harness.GetTotalAsync().ConfigureAwait(false);
        Expect.True(before == after, $"money is conserved: {before} before, {after} after");
    }

    private AccountId Account(ISigner signer) => Backend.GetAccount(signer.PublicKey);

    private Amount Units(UInt128 units) => new(units, _harness.Asset);

    private async Task<UInt128> BalanceAsync(ISigner signer) =>
        (await Backend.GetBalanceAsync(Account(signer), _harness.Asset).ConfigureAwait(false)).BaseUnits;

    private OpenChannelRequest Terms(uint deposit = 400, byte[]? salt = null) => new()
    {
        Payee = Account(Payee),
        Deposit = Units(deposit),
        GracePeriod = _harness.GracePeriod,
        Salt = salt ?? RandomNumberGenerator.GetBytes(32),
    };

    private Task<Channel> OpenChannelAsync(uint deposit = 400) => Backend.OpenAsync(Terms(deposit), Payer);

    private async Task<SignedVoucher> SignAsync(ChannelId channel, UInt128 units, DateTimeOffset? expires = null, ISigner? signer = null, ISettlementBackend? backend = null, Asset? asset = null)
    {
        var voucher = new Voucher(channel, new Amount(units, asset ?? _harness.Asset), expires);
        return new SignedVoucher(voucher, await (signer ?? Payer).SignAsync((backend ?? Backend).GetVoucherSigningBytes(voucher)).ConfigureAwait(false));
    }

    private async Task<SettlementResult> SettleOneAsync(SignedVoucher voucher, ISigner? submitter = null) =>
        (await Backend.SettleAsync([voucher], submitter ?? Payee).ConfigureAwait(false)).Single();

    /// <summary>The operation is refused with a typed error and leaves the channel and both accounts as they were.</summary>
    private async Task RefusedAsync(ChannelId? channel, Func<Task> operation, string what, params DePinErrorCode[] codes)
    {
        var before = await LookAsync(channel).ConfigureAwait(false);
        try
        {
            await operation().ConfigureAwait(false);
        }
        catch (SettlementException ex)
        {
            Expect.True(codes.Length == 0 || codes.Contains(ex.Code), $"{what} is refused as {string.Join(" or ", codes)}, not as {ex.Code}: {ex.Message}");
            Expect.True(!ex.MayHaveBeenBroadcast, $"{what} is refused for certain");
            var after = await LookAsync(channel).ConfigureAwait(false);
            Expect.True(before == after, $"{what} changes nothing: {before} became {after}");
            return;
        }

        throw new ConformanceException($"Expected: {what} is refused with a SettlementException.");
    }

    private async Task<(Channel?, UInt128, UInt128)> LookAsync(ChannelId? channel) => (
        channel is { } id ? await Backend.FindChannelAsync(id).ConfigureAwait(false) : null,
        await BalanceAsync(Payer).ConfigureAwait(false),
        await BalanceAsync(Payee).ConfigureAwait(false));

    private async Task BalancesAsync(UInt128 payer, UInt128 payee)
    {
        Expect.Equal(payer, await BalanceAsync(Payer).ConfigureAwait(false), "the payer's balance");
        Expect.Equal(payee, await BalanceAsync(Payee).ConfigureAwait(false), "the payee's balance");
    }
}
