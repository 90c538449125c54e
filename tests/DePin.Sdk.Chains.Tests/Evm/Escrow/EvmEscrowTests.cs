using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Tests.Evm.Escrow;

public sealed class EvmEscrowTests
{
    private static readonly EvmChannelTerms Terms = new(Address(1), Address(2), Address(3), Hash32.Keccak("salt"u8), Address(4));

    [Fact]
    public void Abi_OfTheCommittedContract_IsWhatIsCalled()
    {
        using var artifact = ContractArtifact.Open(EscrowAbi.Contract);
        var abi = artifact.RootElement.GetProperty("abi").EnumerateArray().ToList();
        foreach (var function in new[] { EscrowAbi.Open, EscrowAbi.OpenWithPermit, EscrowAbi.OpenWithAuthorization, EscrowAbi.TopUp, EscrowAbi.Settle, EscrowAbi.SettleBatch, EscrowAbi.Close, EscrowAbi.RequestClose, EscrowAbi.Withdraw, EscrowAbi.GetChannel, EscrowAbi.GracePeriod, EscrowAbi.DomainSeparator })
        {
            var entry = Assert.Single(abi, item => item.GetProperty("type").GetString() == "function" && Signature(item) == function.Signature);
            Assert.Equal(Types(entry.GetProperty("outputs")), function.Results.Select(result => result.Type.Name));
        }

        Assert.All(EscrowAbi.Events.Values, found => Assert.Contains(abi, item => item.GetProperty("type").GetString() == "event" && Signature(item) == found.Event.Signature
            && item.GetProperty("inputs").EnumerateArray().Select(input => input.GetProperty("indexed").GetBoolean()).SequenceEqual(found.Event.Parameters.Select(parameter => parameter.IsIndexed))));

        // Strings that are too long are the constructor's own affair; every other error of the contract is told in words.
        var known = EscrowAbi.Errors.Select(error => error.Signature).ToHashSet();
        Assert.All(abi.Where(item => item.GetProperty("type").GetString() == "error").Select(Signature).Except(["InvalidShortString()", "StringTooLong(string)"]), error => Assert.Contains(error, known));
    }

    [Fact]
    public void Artifact_InTheAssembly_IsTheCommittedOne()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "DePin.Sdk.sln")))
        {
            root = root.Parent!;
        }

        using var committed = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root.FullName, "contracts", "evm", "artifacts", "ChannelEscrow.json")));
        Assert.Equal(committed.RootElement.GetProperty("bytecode").GetString(), Hex.Encode(ContractArtifact.CreationCode(EscrowAbi.Contract)));
        Assert.Throws<ArgumentException>(() => ContractArtifact.CreationCode("Nothing"));
    }

    [Theory]
    [InlineData(899)]
    [InlineData(2_592_001)]
    [InlineData(3600.5)]
    public void ComputeAddress_GracePeriodOutOfRange_IsRefused(double seconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EvmEscrow.ComputeAddress(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task Connect_ForeignOrNoContract_IsRefused()
    {
        var node = new EscrowNode();
        var escrow = await EvmEscrow.ConnectAsync(new EvmClient(node), EscrowNode.Address);
        Assert.Equal((TimeSpan.FromHours(1), EscrowNode.ChainId, EscrowNode.Address), (escrow.GracePeriod, escrow.ChainId, escrow.Address));

        foreach (var answer in new[] { "\"0x\"", "\"0x" + new string('0', 64) + "\"", "\"0x" + new string('f', 64) + "\"" })
        {
            node.Answer = request => request.Method == "eth_call" ? answer : null;
            var refused = await Assert.ThrowsAsync<SettlementException>(() => EvmEscrow.ConnectAsync(new EvmClient(node), EscrowNode.Address));
            Assert.Equal(DePinErrorCode.InvalidRequest, refused.Code);
        }
    }

    [Fact]
    public async Task GetChannel_AnswerThatIsNoState_IsMalformed()
    {
        var node = new EscrowNode();
        var escrow = await EvmEscrow.ConnectAsync(new EvmClient(node), EscrowNode.Address);
        var status = new string('0', 63);
        foreach (var answer in new[] { "0x00", "0x" + new string('f', 256), "0x" + new string('0', 192) + status + "3" })
        {
            node.Answer = _ => $"\"{answer}\"";
            var refused = await Assert.ThrowsAsync<EvmRpcException>(() => escrow.GetChannelAsync(default));
            Assert.Equal(EvmRpcError.Malformed, refused.Kind);
        }

        node.Answer = _ => "\"0x\"";
        Assert.Equal(default, await escrow.GetChannelAsync(default));
        node.Answer = _ => $"\"0x{new string('0', 62)}0a{new string('0', 62)}03{new string('0', 62)}07{status}1\"";
        Assert.Equal(new EvmChannelState(10, 3, 7, EvmChannelStatus.Open), await escrow.GetChannelAsync(default));
    }

    [Fact]
    public async Task VerifyVoucher_OneSignature_AllocatesNothing()
    {
        var settlement = await EvmSettlement.ConnectAsync(new EvmClient(new EscrowNode()), new EvmSettlementOptions { Escrow = EscrowNode.Address });
        using var payer = Secp256k1Signer.Create();
        var channel = new Channel
        {
            Id = new ChannelId(new byte[32]),
            Payer = settlement.GetAccount(payer.PublicKey),
            Payee = settlement.GetAccount(Address(2).ToPublicKey()),
            VoucherKey = payer.GetEvmAddress().ToPublicKey(),
            Deposit = new Amount(100, settlement.NativeAsset),
            Settled = Amount.Zero(settlement.NativeAsset),
            GracePeriod = TimeSpan.FromHours(1),
            Status = ChannelStatus.Open,
            Refunded = Amount.Zero(settlement.NativeAsset),
        };
        var voucher = new Voucher(channel.Id, new Amount(60, settlement.NativeAsset));
        var signed = new SignedVoucher(voucher, await payer.SignAsync(settlement.GetVoucherSigningBytes(voucher)));
        Assert.True(settlement.VerifyVoucher(channel, signed));
        Assert.False(settlement.VerifyVoucher(channel, signed with { Voucher = voucher with { Cumulative = new Amount(61, settlement.NativeAsset) } }));

        bool isValid = true;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            isValid &= settlement.VerifyVoucher(channel, signed);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(isValid);
    }

    [Fact]
    public void WriteBatchRow_Voucher_HasTheLayoutOfTheContract()
    {
        var signature = new EvmSignature(5UL, 6UL, yParity: true);
        var row = new byte[EvmEscrow.BatchRowSizeInBytes];
        EvmEscrow.WriteBatchRow(Terms, EvmEscrow.MaxDeposit, signature, row);
        Assert.Equal(
            Terms.Payer.ToString()[2..].ToLowerInvariant() + Terms.AuthorizedSigner.ToString()[2..].ToLowerInvariant() + Terms.Salt.ToString()[2..] + new string('f', 24)
            + new string('0', 63) + "5" + "8" + new string('0', 62) + "6",
            Convert.ToHexStringLower(row));
        Assert.Throws<ArgumentException>(() => EvmEscrow.WriteBatchRow(Terms, EvmEscrow.MaxDeposit + 1, signature, row));
        Assert.Throws<ArgumentException>(() => EvmEscrow.WriteBatchRow(Terms, 1, signature, row.AsSpan(1)));
    }

    [Fact]
    public void ComputeId_AnyTermChanged_IsAnotherChannel()
    {
        EvmChannelTerms[] others =
        [
            Terms with { Payer = Address(9) }, Terms with { Payee = Address(9) }, Terms with { Token = Address(9) }, Terms with { Salt = default }, Terms with { AuthorizedSigner = default },
        ];
        var ids = others.Select(terms => terms.ComputeId(1, Address(8))).Append(Terms.ComputeId(1, Address(8))).Append(Terms.ComputeId(2, Address(8))).Append(Terms.ComputeId(1, Address(9)));
        Assert.Equal(8, ids.Distinct().Count());
        Assert.Equal(Terms.Payer, (Terms with { AuthorizedSigner = default }).Signer);
    }

    [Fact]
    public void Events_OfOneLife_FoldIntoTheState()
    {
        var state = default(EvmChannelState);
        foreach (var (kind, happened) in new (EvmEscrowEventKind, EvmEscrowEvent)[]
        {
            (EvmEscrowEventKind.Opened, Event(EvmEscrowEventKind.Opened) with { Deposit = 100 }),
            (EvmEscrowEventKind.ToppedUp, Event(EvmEscrowEventKind.ToppedUp) with { Deposit = 150 }),
            (EvmEscrowEventKind.CloseRequested, Event(EvmEscrowEventKind.CloseRequested) with { ClosesAt = 77 }),
            (EvmEscrowEventKind.Settled, Event(EvmEscrowEventKind.Settled) with { Settled = 40 }),
        })
        {
            Assert.Equal(kind, happened.Kind);
            state = happened.Apply(state);
        }

        Assert.Equal(new EvmChannelState(150, 40, 77, EvmChannelStatus.Open), state);
        Assert.Equal(0UL, Event(EvmEscrowEventKind.CloseCanceled).Apply(state).ClosesAt);
        Assert.Equal(new EvmChannelState(60, 60, 0, EvmChannelStatus.Closed), (Event(EvmEscrowEventKind.Closed) with { Settled = 60, Refund = 90 }).Apply(state));
    }

    [Fact]
    public void TryRead_HostileLog_IsRefusedOrNoneOfOurs()
    {
        var settled = EscrowAbi.Topic(EvmEscrowEventKind.Settled);
        Assert.Null(EvmEscrowEvent.TryRead(Log([], [])));
        Assert.Null(EvmEscrowEvent.TryRead(Log([Hash32.Keccak("Other()"u8)], [])));
        Assert.Throws<EvmFormatException>(() => EvmEscrowEvent.TryRead(Log([settled], new byte[32])));
        Assert.Throws<EvmFormatException>(() => EvmEscrowEvent.TryRead(Log([settled, default], new byte[31])));
        Assert.Throws<EvmFormatException>(() => EvmEscrowEvent.TryRead(Log([settled, default], [.. Enumerable.Repeat((byte)0xFF, 32)])));
        Assert.Equal(7u, EvmEscrowEvent.TryRead(Log([settled, default], [.. new byte[31], 7]))!.Settled);
    }

    private static EvmEscrowEvent Event(EvmEscrowEventKind kind) => new() { Kind = kind, ChannelId = default, Log = Log([], []) };

    private static EvmLog Log(Hash32[] topics, byte[] data) => new()
    {
        Address = Address(8),
        Topics = topics,
        Data = data,
        BlockNumber = 1,
        BlockHash = default,
        TransactionHash = default,
        TransactionIndex = 0,
        LogIndex = 0,
    };

    private static EvmAddress Address(byte last) => new([.. new byte[19], last]);

    private static string Signature(JsonElement item) => $"{item.GetProperty("name").GetString()}({string.Join(',', Types(item.GetProperty("inputs")))})";

    private static IEnumerable<string> Types(JsonElement parameters) => parameters.EnumerateArray().Select(parameter => parameter.GetProperty("type").GetString() is var type && type == "tuple"
        ? $"({string.Join(',', Types(parameter.GetProperty("components")))})"
        : type!);
}
