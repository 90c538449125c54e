using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Tests.Evm.Escrow;

/// <summary>Logs and answers that are not what the contract gives: typed errors, and never a state that the contract cannot have.</summary>
public sealed class HostileEscrowTests
{
    private static readonly EvmAddress Address = EvmAddress.Parse("0x00000000000000000000000000000000000e5c00");

    [Fact]
    public void TryRead_MutatedLogs_AreReadOrRefused()
    {
        var random = new Random(20_261_121);
        int read = 0, refused = 0;
        for (int i = 0; i < 30_000; i++)
        {
            var log = Mutated(random);
            try
            {
                if (EvmEscrowEvent.TryRead(log) is { } happened)
                {
                    read++;
                    Assert.True(happened.Deposit <= EvmEscrow.MaxDeposit && happened.Settled <= EvmEscrow.MaxDeposit && happened.Refund <= EvmEscrow.MaxDeposit);
                    Assert.True(happened.Apply(default).ClosesAt < 1UL << 40);
                }
            }
            catch (EvmFormatException)
            {
                refused++;
            }
        }

        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    [Fact]
    public async Task GetChannel_RandomAnswers_AreStatesOrMalformed()
    {
        var random = new Random(7);
        byte[] answer = [];
        var node = new EscrowNode();
        var escrow = await EvmEscrow.ConnectAsync(new EvmClient(node), EscrowNode.Address);
        node.Answer = _ => $"\"{Hex.Encode(answer)}\"";
        int read = 0, refused = 0;
        for (int i = 0; i < 10_000; i++)
        {
            answer = new byte[random.Next(8) == 0 ? random.Next(200) : 128];
            for (int set = random.Next(6); set > 0 && answer.Length > 0; set--)
            {
                answer[random.Next(answer.Length)] = (byte)random.Next(random.Next(2) == 0 ? 4 : 256);
            }

            try
            {
                var state = await escrow.GetChannelAsync(default);
                Assert.True(state.Deposit <= EvmEscrow.MaxDeposit && state.Settled <= EvmEscrow.MaxDeposit && state.ClosesAt < 1UL << 40 && state.Status <= EvmChannelStatus.Closed);
                read++;
            }
            catch (EvmRpcException problem)
            {
                Assert.Equal(EvmRpcError.Malformed, problem.Kind);
                refused++;
            }
        }

        Assert.True(read > 1_000 && refused > 1_000, $"{read} read, {refused} refused");
    }

    [Fact]
    public async Task VerifyVoucher_MutatedVouchers_AreFalse()
    {
        var settlement = await EvmSettlement.ConnectAsync(new EvmClient(new EscrowNode()), new EvmSettlementOptions { Escrow = EscrowNode.Address });
        var escrow = settlement.Escrow;
        using var signer = Chains.Cryptography.Secp256k1Signer.Create();
        Assert.True(EvmAddress.TryFromPublicKey(signer.PublicKey, out var account));
        var random = new Random(3);
        for (int i = 0; i < 500; i++)
        {
            var voucher = new Chains.Evm.TypedData.PaymentVoucher(Hash32.Keccak(BitConverter.GetBytes(i)), (UInt128)random.NextInt64());
            var signature = (await signer.SignAsync(escrow.GetVoucherPayload(voucher))).Bytes.ToArray();
            Assert.True(escrow.VerifyVoucher(voucher, signature, account));
            Assert.False(escrow.VerifyVoucher(voucher with { CumulativeAmount = voucher.CumulativeAmount + 1 }, signature, account));
            signature[random.Next(signature.Length)] ^= (byte)(1 << random.Next(8));
            Assert.False(escrow.VerifyVoucher(voucher, signature, account));
            Assert.False(escrow.VerifyVoucher(voucher, signature.AsSpan(0, random.Next(signature.Length)), account));
        }
    }

    [Fact]
    public async Task FindChannel_ClosingTimeBeyondTheCalendar_IsTheLastOne()
    {
        var terms = new EvmChannelTerms(Address, Address, default, Hash32.Keccak("salt"u8), default);
        var id = terms.ComputeId(EscrowNode.ChainId, EscrowNode.Address);
        var node = new EscrowNode();
        await using var settlement = await EvmSettlement.ConnectAsync(new EvmClient(node), new EvmSettlementOptions { Escrow = EscrowNode.Address });
        string Word(UInt256 value) => Hash32.FromUInt256(value).ToString()[2..];
        node.Answer = request => request.Method switch
        {
            "eth_blockNumber" => "\"0x9\"",
            "eth_getLogs" => $$"""
                [{"address":"{{EscrowNode.Address}}","topics":["{{EscrowAbi.Topic(EvmEscrowEventKind.Opened)}}","{{id}}","0x{{Word(Address.ToUInt256())}}","0x{{Word(Address.ToUInt256())}}"],
                "data":"0x{{Word(0UL)}}{{terms.Salt.ToString()[2..]}}{{Word(0UL)}}{{Word(10UL)}}","blockNumber":"0x1","blockHash":"{{id}}","transactionHash":"{{id}}","transactionIndex":"0x0","logIndex":"0x0","removed":false}]
                """,
            _ => $"\"0x{Word(10UL)}{Word(3UL)}{Word((1UL << 40) - 1)}{Word(1UL)}\"",
        };
        var channel = (await settlement.FindChannelAsync(new ChannelId(id.ToArray())))!;
        Assert.Equal((ChannelStatus.Closing, DateTimeOffset.MaxValue), (channel.Status, channel.ClosesAt));
        Assert.Equal(new Amount(3, settlement.NativeAsset), channel.Settled);
    }

    [Fact]
    public async Task TermsStore_File_KeepsTermsAndRefusesAnotherFile()
    {
        var folder = Directory.CreateTempSubdirectory("depin-terms-");
        try
        {
            var path = Path.Combine(folder.FullName, "terms.db");
            var terms = new EvmChannelTerms(Address, Address, default, Hash32.Keccak("salt"u8), default);
            var id = terms.ComputeId(1, Address);
            using (var store = new ChannelTermsStore(path))
            {
                Assert.Null(store.Find(id));
                store.Save(id, terms);
                store.Save(id, terms with { Payee = default });
                Assert.Null(store.FindRefund(id));
                store.SaveRefund(id, 77);
            }

            using (var store = new ChannelTermsStore(path))
            {
                Assert.Equal(terms, store.Find(id));
                Assert.Equal((UInt128)77, store.FindRefund(id));
            }

            var other = Path.Combine(folder.FullName, "ledger.db");
            await LedgerSettlement.Open(other).DisposeAsync();
            Assert.Equal(DePinErrorCode.StorageFailed, Assert.Throws<DePinException>(() => new ChannelTermsStore(other)).Code);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task KeyedGates_OneKey_LetsOneInAtATime()
    {
        var gates = new KeyedGates<string>();
        var first = await gates.EnterAsync("a", default);
        using var other = await gates.EnterAsync("b", default);
        var second = gates.EnterAsync("a", default);
        using var given = new CancellationTokenSource();
        var third = gates.EnterAsync("a", given.Token);
        Assert.False(second.IsCompleted);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        first.Dispose();
        first.Dispose();
        (await second.WaitAsync(TimeSpan.FromMinutes(1))).Dispose();
        using var again = await gates.EnterAsync("a", default).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private static EvmLog Mutated(Random random)
    {
        var (topic, kind) = EscrowAbi.Events.Select(pair => (pair.Key, pair.Value.Kind)).OrderBy(pair => pair.Kind).ElementAt(random.Next(EscrowAbi.Events.Count));
        var topics = new List<Hash32> { random.Next(20) == 0 ? Hash32.Keccak([1]) : topic };
        int indexed = kind == EvmEscrowEventKind.Opened ? 3 : 1;
        for (int i = random.Next(10) == 0 ? random.Next(4) : indexed; i > 0; i--)
        {
            var word = new byte[32];
            random.NextBytes(word.AsSpan(random.Next(8) == 0 ? 0 : 12));
            topics.Add(new Hash32(word));
        }

        int words = kind switch { EvmEscrowEventKind.Opened => 4, EvmEscrowEventKind.Closed => 2, EvmEscrowEventKind.CloseCanceled => 0, _ => 1 };
        var data = new byte[random.Next(10) == 0 ? random.Next(160) : 32 * words];
        for (int at = 0; at < data.Length; at += 32)
        {
            int from = at + (random.Next(4) == 0 ? random.Next(32) : 28);
            random.NextBytes(data.AsSpan(Math.Min(from, data.Length)..Math.Min(at + 32, data.Length)));
        }

        return new EvmLog { Address = Address, Topics = topics, Data = data, BlockNumber = 1, BlockHash = default, TransactionHash = default, TransactionIndex = 0, LogIndex = 0 };
    }
}
