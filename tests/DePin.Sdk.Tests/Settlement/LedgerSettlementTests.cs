using System.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Tests.Settlement;

public sealed class LedgerSettlementTests
{
    [Fact]
    public async Task Open_SameFileAgain_IsTheSameLedger()
    {
        using var folder = new TempFolder();
        using var payer = P256Signer.Create();
        using var payee = P256Signer.Create();
        Channel channel;
        byte[] bytes;
        await using (var ledger = LedgerSettlement.Open(folder.File("ledger.db")))
        {
            await ledger.DepositAsync(ledger.GetAccount(payer.PublicKey), LedgerSettlement.Usd(1m));
            channel = await ledger.OpenAsync(new OpenChannelRequest { Payee = ledger.GetAccount(payee.PublicKey), Deposit = LedgerSettlement.Usd(0.4m) }, payer);
            bytes = ledger.GetVoucherSigningBytes(new Voucher(channel.Id, LedgerSettlement.Usd(0.1m)));
        }

        await using var again = LedgerSettlement.Open(folder.File("ledger.db"));
        Assert.Equal(channel, await again.FindChannelAsync(channel.Id));
        Assert.Equal(LedgerSettlement.Usd(0.6m), await again.GetBalanceAsync(again.GetAccount(payer.PublicKey), LedgerSettlement.Credit));
        Assert.Equal(bytes, again.GetVoucherSigningBytes(new Voucher(channel.Id, LedgerSettlement.Usd(0.1m))));
        Assert.Equal(new LedgerTotals(LedgerSettlement.Usd(1m), LedgerSettlement.Usd(0.6m), LedgerSettlement.Usd(0.4m)), await again.GetTotalsAsync(LedgerSettlement.Credit));
    }

    [Fact]
    public async Task Operations_AfterDispose_AreRefused()
    {
        var ledger = LedgerSettlement.CreateInMemory();
        await ledger.DisposeAsync();
        await ledger.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ledger.GetTotalsAsync(LedgerSettlement.Credit));
    }

    [Fact]
    public async Task Deposit_PastTheLargestNumber_IsRefused()
    {
        await using var ledger = LedgerSettlement.CreateInMemory();
        using var key = P256Signer.Create();
        var account = ledger.GetAccount(key.PublicKey);
        await ledger.DepositAsync(account, new Amount(UInt128.MaxValue, LedgerSettlement.Credit));
        await Assert.ThrowsAsync<SettlementException>(() => ledger.DepositAsync(account, new Amount(1, LedgerSettlement.Credit)));
        Assert.Equal(UInt128.MaxValue, (await ledger.GetBalanceAsync(account, LedgerSettlement.Credit)).BaseUnits);
        Assert.True((await ledger.GetTotalsAsync(LedgerSettlement.Credit)).IsConserved);
    }

    [Theory]
    [InlineData("depin:local:somebody")]
    [InlineData("depin:local:p256-sha256.zz")]
    [InlineData("depin:local:p256-sha256.02AB")]
    [InlineData("depin:local:.02ab")]
    [InlineData("eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb")]
    public async Task Deposit_ToWhatNoKeyControls_IsRefused(string account)
    {
        await using var ledger = LedgerSettlement.CreateInMemory();
        await Assert.ThrowsAsync<SettlementException>(() => ledger.DepositAsync(AccountId.Parse(account), LedgerSettlement.Usd(1m)));
    }

    [Theory]
    [InlineData("secp256k1-keccak256", 33)]
    [InlineData("ed25519", 32)]
    [InlineData("p256-sha256", 33)]
    public async Task GetAccount_AnyAlgorithm_IsReversible(string algorithm, int length)
    {
        await using var ledger = LedgerSettlement.CreateInMemory();
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        var key = new PublicKey(new SignatureAlgorithm(algorithm), bytes);
        Assert.True(LedgerAccount.TryGetKey(ledger.GetAccount(key), out var back));
        Assert.Equal(key, back);
        Assert.Equal(DePinErrorCode.Unsupported, Assert.Throws<DePinException>(() => ledger.GetAccount(new PublicKey(new SignatureAlgorithm(algorithm), new byte[100]))).Code);
    }

    [Fact]
    public async Task Operations_ByAPluggedInAlgorithm_WorkOnlyWithItsVerifier()
    {
        var signer = new XorSigner();
        await using var plain = LedgerSettlement.CreateInMemory();
        await plain.DepositAsync(plain.GetAccount(signer.PublicKey), LedgerSettlement.Usd(1m));
        var request = new OpenChannelRequest { Payee = plain.GetAccount(signer.PublicKey), Deposit = LedgerSettlement.Usd(1m) };
        await Assert.ThrowsAsync<SettlementException>(() => plain.OpenAsync(request, signer));
        await using var extended = LedgerSettlement.CreateInMemory(verifiers: SignatureVerifiers.Default.With(signer));
        await extended.DepositAsync(extended.GetAccount(signer.PublicKey), LedgerSettlement.Usd(1m));
        var channel = await extended.OpenAsync(request, signer);
        var voucher = new Voucher(channel.Id, LedgerSettlement.Usd(0.5m));
        var signed = new SignedVoucher(voucher, await signer.SignAsync(extended.GetVoucherSigningBytes(voucher)));
        Assert.Equal(LedgerSettlement.Usd(0.5m), (await extended.CloseAsync(channel.Id, signed, signer)).Paid);
    }

    [Fact]
    public async Task Settle_WithAListener_MakesASpan()
    {
        await using var harness = new LedgerHarness(inFile: false);
        using var parent = new Activity("test").Start();
        var spans = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "DePin.Sdk",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity => { lock (spans) { spans.Add(activity.OperationName); } },
        };
        ActivitySource.AddActivityListener(listener);
        await harness.Backend.SettleAsync([], harness.CreateSigner());
        Assert.Equal(["depin.settle"], spans);
    }

    private sealed class XorSigner : ISigner, ISignatureVerifier
    {
        public SignatureAlgorithm Algorithm => new("test-xor");

        public PublicKey PublicKey => new(Algorithm, [1, 2, 3]);

        public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => new(new Signature(Algorithm, new[] { Sum(message.Span) }));

        public bool Verify(PublicKey key, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => signature.Length == 1 && signature[0] == Sum(message);

        private static byte Sum(ReadOnlySpan<byte> message)
        {
            byte sum = 0;
            foreach (var b in message)
            {
                sum ^= b;
            }

            return sum;
        }
    }
}
