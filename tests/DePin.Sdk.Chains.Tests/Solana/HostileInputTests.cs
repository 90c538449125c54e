using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Chains.Tests.Solana.Programs;
using static DePin.Sdk.Chains.Tests.Solana.SolanaSamples;

namespace DePin.Sdk.Chains.Tests.Solana;

/// <summary>Bytes of nodes and strangers: valid ones that were changed, cut or lengthened are refused with the one exception, or read as what they say; little is allocated either way.</summary>
public sealed class HostileInputTests
{
    private const int Cases = 100_000;

    private static readonly byte[] s_edges = [0, 1, 2, 0x7F, 0x80, 0x81, 0xFE, 0xFF];

    [Fact]
    public void Deserialize_MutatedTransactions_AreRefusedOrReadAsTheySay()
    {
        var valid = Messages().Select(message => new SolanaTransaction(message).Serialize()).ToArray();

        Mutate(valid, Cases, allocationLimit: 16_000, input =>
        {
            var transaction = SolanaTransaction.Deserialize(input);
            Assert.Equal(input, transaction.Serialize());
            Touch(transaction.Message);
        });
    }

    [Fact]
    public void Decode_MutatedMessages_AreRefusedOrReadAsTheySay()
    {
        var valid = Messages().Select(message => message.Encoded.ToArray()).ToArray();

        Mutate(valid, Cases, allocationLimit: 16_000, input =>
        {
            var message = SolanaMessage.Decode(input);
            Assert.Equal(input, message.Encoded.ToArray());
            Touch(message);
        });
    }

    [Fact]
    public void Read_MutatedTokenAccountsAndMints_AreRefusedOrReadAsTheySay()
    {
        byte[][] valid =
        [
            AccountSamples.Token(), AccountSamples.Mint(), AccountSamples.Extended(AccountSamples.Token(), 2, (7, []), (8, [1]), (2, new byte[8])),
            AccountSamples.Extended(AccountSamples.Mint(), 1, (3, new byte[32]), (19, new byte[200]), (1, new byte[108])),
        ];

        Mutate(valid, Cases, allocationLimit: 16_000, input =>
        {
            bool isExtended = input.Length > TokenAccount.SizeInBytes;
            var program = isExtended ? TokenProgram.Token2022ProgramId : TokenProgram.ProgramId;
            if (isExtended ? input[TokenAccount.SizeInBytes] == 1 : input.Length < 100)
            {
                var mint = TokenMint.Read(input, program);
                mint.FindPaymentProblem();
                AssertInside(mint.Extensions, input);
            }
            else
            {
                var account = TokenAccount.Read(input, program);
                account.FindPaymentProblem(account.Mint, account.Owner);
                AssertInside(account.Extensions, input);
            }
        });
    }

    [Fact]
    public void Read_MutatedLookupTables_AreRefusedOrReadAsTheySay() =>
        Mutate([AccountSamples.LookupTable(0), AccountSamples.LookupTable(3), AccountSamples.LookupTable(40, deactivated: 5, extended: 4, start: 39)], Cases, allocationLimit: 16_000, input =>
        {
            var table = LookupTableAccount.Read(input);
            Assert.Equal(LookupTableAccount.HeaderSizeInBytes + (SolanaAddress.SizeInBytes * table.Addresses.Count), input.Length);
            Assert.InRange(table.ToLookupTable(Address(1), table.LastExtendedSlot)?.Addresses.Count ?? 0, 0, table.Addresses.Count);
        });

    [Fact]
    public void Read_MutatedNonceAccounts_AreRefusedOrReadAsTheySay() =>
        Mutate([AccountSamples.Nonce()], Cases, allocationLimit: 8_000, input =>
        {
            var nonce = NonceAccount.Read(input);
            Assert.Equal(input[40..72], nonce.Nonce.ToArray());
        });

    [Fact]
    public void Decode_LengthsThatPromiseMuch_AllocateLittle()
    {
        var header = new byte[] { 1, 0, 0 };
        foreach (var length in new byte[][] { [0xFF, 0xFF, 0x03], [0xFF, 0x7F], [0x7F] })
        {
            byte[] input = [.. header, .. length, .. new byte[1_000]];
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<SolanaFormatException>(() => SolanaMessage.Decode(input));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);
        }

        var mebibytes = new byte[10 * 1024 * 1024];
        AccountSamples.Extended(AccountSamples.Token(), 2).CopyTo(mebibytes, 0);
        for (int at = 166; at + 4 < mebibytes.Length; at += 4)
        {
            BitConverter.TryWriteBytes(mebibytes.AsSpan(at), (ushort)(1 + ((at / 4) % 60_000)));
        }

        Assert.Throws<SolanaFormatException>(() => TokenAccount.Read(mebibytes, TokenProgram.Token2022ProgramId));
    }

    private static void Mutate(byte[][] valid, int cases, long allocationLimit, Action<byte[]> read)
    {
        foreach (var input in valid)
        {
            read(input);
        }

        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < cases; i++)
        {
            var input = Change(random, valid[random.Next(valid.Length)], valid[random.Next(valid.Length)]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(input);
            }
            catch (SolanaFormatException problem)
            {
                refused++;
                Assert.InRange(problem.Offset, 0, input.Length);
            }

            // An exception and its message take some kilobytes by themselves.
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allocationLimit + (8 * input.Length));
        }

        Assert.InRange(refused, cases / 10, cases);
    }

    private static byte[] Change(Random random, byte[] valid, byte[] other)
    {
        var input = (byte[])valid.Clone();
        for (int change = random.Next(1, 4); change > 0 && input.Length > 0; change--)
        {
            int at = random.Next(3) == 0 ? random.Next(Math.Min(8, input.Length)) : random.Next(input.Length);
            switch (random.Next(8))
            {
                case 0:
                    input[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 or 2:
                    input[at] = s_edges[random.Next(s_edges.Length)];
                    break;
                case 3:
                    input = input[..at];
                    break;
                case 4:
                    input = [.. input, .. new byte[random.Next(1, 40)]];
                    break;
                case 5:
                    input = [.. input[..at], (byte)random.Next(256), .. input[at..]];
                    break;
                case 6:
                    input = [.. input[..at], .. input[(at + 1)..]];
                    break;
                default:
                    input = [.. input[..at], .. other[Math.Min(at, other.Length)..]];
                    break;
            }
        }

        return input;
    }

    private static void Touch(SolanaMessage message)
    {
        Assert.InRange(message.TransactionSizeInBytes, 1, int.MaxValue);
        _ = message.NonceAccount;
        for (int i = 0; i < message.AccountCount; i++)
        {
            message.IsSigner(i);
            message.IsWritable(i);
        }

        var loaded = message.TableLookups.Sum(lookup => lookup.WritableIndexes.Length);
        var all = message.TableLookups.Sum(lookup => lookup.ReadonlyIndexes.Length);
        Assert.Equal(message.Instructions.Count, message.Decompile(new SolanaAddress[loaded], new SolanaAddress[all]).Count);
    }

    private static void AssertInside(IReadOnlyList<TokenExtension> extensions, byte[] input) =>
        Assert.InRange(extensions.Sum(extension => 4 + extension.Value.Length), 0, Math.Max(0, input.Length - TokenAccount.SizeInBytes - 1));

    private static IEnumerable<SolanaMessage> Messages()
    {
        var payer = Address(0);
        SolanaInstruction[] transfer = [SystemProgram.Transfer(payer, Address(1), 7), MemoProgram.Memo("memo", payer)];
        SolanaInstruction[] nonce = [SystemProgram.AdvanceNonce(Address(5), Address(6)), TokenProgram.TransferChecked(Address(1), Address(2), Address(3), Address(4), 1, 6)];
        yield return SolanaMessage.Compile(payer, transfer, Blockhash);
        yield return SolanaMessage.Compile(payer, transfer, Blockhash, version: SolanaMessageVersion.V0);
        yield return SolanaMessage.Compile(payer, nonce, Blockhash);
        yield return SolanaMessage.Compile(payer, [.. nonce, .. transfer], Blockhash, [new(Address(20), [Address(1), Address(2)]), new(Address(21), [Address(3)])]);
        yield return SolanaMessage.Compile(payer, [Ed25519Program.Verify(Address(1), default, new byte[50]), .. transfer], Blockhash);
        yield return SolanaMessage.Compile(payer, [], Blockhash);
    }
}
