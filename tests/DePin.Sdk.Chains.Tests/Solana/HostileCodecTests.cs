using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Encoding;
using DePin.Sdk.Chains.Solana.Keys;

namespace DePin.Sdk.Chains.Tests.Solana;

/// <summary>Texts and bytes that somebody made on purpose, 100,000 together: a typed error or the one value that they mean, never anything else.</summary>
public sealed class HostileCodecTests
{
    private const int Cases = 25_000;

    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    [Fact]
    public void Base58_AnyText_IsRefusedOrComesBackAsItWas()
    {
        var random = new Random(51);
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            var text = new char[random.Next(5) == 0 ? random.Next(3_000) : random.Next(30, 95)];
            for (int at = 0; at < text.Length; at++)
            {
                text[at] = random.Next(500) == 0 ? (char)random.Next(char.MaxValue) : Alphabet[random.Next(random.Next(20) == 0 ? 1 : 58)];
            }

            text.AsSpan(0, random.Next(4) == 0 ? random.Next(text.Length + 1) : 0).Fill('1');
            try
            {
                var bytes = Base58.Decode(text);
                Assert.Equal(new string(text), Base58.Encode(bytes));
                accepted++;
                Assert.Equal(bytes.Length == 32, SolanaAddress.TryParse(new string(text), out _));
                Assert.Equal(bytes.Length == 64, SolanaSignature.TryParse(new string(text), out _));
            }
            catch (SolanaFormatException problem)
            {
                Assert.InRange(problem.Offset, 0, text.Length);
                Assert.False(SolanaAddress.TryParse(new string(text), out _));
            }
        }

        Assert.InRange(accepted, Cases / 4, Cases * 19 / 20);
    }

    [Fact]
    public void CompactU16_AnyBytes_AreRefusedOrComeBackAsTheyWere()
    {
        var random = new Random(52);
        Span<byte> again = stackalloc byte[3];
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            var input = new byte[random.Next(5)];
            random.NextBytes(input);
            foreach (ref byte value in input.AsSpan())
            {
                value = random.Next(3) switch { 0 => (byte)(value | 0x80), 1 => (byte)(value & 0x83), _ => value };
            }

            int start = random.Next(input.Length + 2), offset = start;
            try
            {
                ushort number = CompactU16.Read(input, ref offset);
                Assert.Equal(offset - start, CompactU16.Write(again, number));
                Assert.True(again[..(offset - start)].SequenceEqual(input.AsSpan(start, offset - start)));
                accepted++;
            }
            catch (SolanaFormatException problem)
            {
                Assert.Equal(start, offset);
                Assert.InRange(problem.Offset, 0, input.Length);
            }
        }

        Assert.InRange(accepted, Cases / 10, Cases * 9 / 10);
    }

    /// <summary>Fields in any order over any bytes: nothing is read beyond the end, and no length makes room that the input does not have.</summary>
    [Fact]
    public void Borsh_AnyFieldsOverAnyBytes_StayWithinThem()
    {
        var random = new Random(53);
        int refused = 0;
        for (int i = 0; i < Cases; i++)
        {
            var input = new byte[random.Next(80)];
            random.NextBytes(input);
            foreach (ref byte value in input.AsSpan())
            {
                value = random.Next(3) == 0 ? (byte)random.Next(3) : value;
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            var reader = new BorshReader(input, 1_000);
            try
            {
                for (int fields = random.Next(1, 12); fields > 0; fields--)
                {
                    int at = reader.Offset;
                    Read(ref reader, random);
                    Assert.InRange(reader.Offset, at, 1_000 + input.Length);
                }

                reader.RequireEnd();
            }
            catch (SolanaFormatException problem)
            {
                Assert.InRange(problem.Offset, 1_000, 1_000 + input.Length);
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64_000);
        }

        Assert.InRange(refused, Cases / 2, Cases);
    }

    [Fact]
    public void KeyFile_ChangedAnywhere_IsRefusedOrTheSameKey()
    {
        var random = new Random(54);
        const string Valid = "[157,97,177,157,239,253,90,96,186,132,74,244,146,236,44,196,68,73,197,105,123,50,105,25,112,59,172,3,28,174,127,96,"
            + "215,90,152,1,130,177,10,183,213,75,254,211,201,100,7,58,14,225,114,243,218,166,35,37,175,2,26,104,247,7,81,26]";
        using var expected = SolanaKeyFile.Parse(System.Text.Encoding.UTF8.GetBytes(Valid));
        for (int i = 0; i < Cases; i++)
        {
            var input = System.Text.Encoding.UTF8.GetBytes(Valid).ToList();
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int at = random.Next(input.Count);
                switch (random.Next(5))
                {
                    case 0:
                        input[at] = (byte)"0123456789,[]{}\" .-eE\n\t\0\xFF"[random.Next(25)];
                        break;
                    case 1:
                        input.RemoveAt(at);
                        break;
                    case 2:
                        input.Insert(at, (byte)random.Next(256));
                        break;
                    case 3:
                        input.RemoveRange(at, random.Next(input.Count - at));
                        break;
                    default:
                        input.InsertRange(at, input.Skip(random.Next(at + 1)).Take(random.Next(40)).ToList());
                        break;
                }

                if (input.Count == 0)
                {
                    break;
                }
            }

            try
            {
                using var signer = SolanaKeyFile.Parse([.. input]);
                Assert.Equal(expected.PublicKey, signer.PublicKey);
            }
            catch (SolanaKeyException problem)
            {
                Assert.True(problem.Problem is SolanaKeyProblem.Malformed or SolanaKeyProblem.Mismatch);
            }
        }
    }

    private static void Read(ref BorshReader reader, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                reader.ReadByte();
                break;
            case 1:
                reader.ReadBoolean();
                break;
            case 2:
                reader.ReadUInt16();
                break;
            case 3:
                reader.ReadUInt32();
                break;
            case 4:
                reader.ReadUInt64();
                break;
            case 5:
                reader.ReadInt64();
                break;
            case 6:
                reader.ReadUInt128();
                break;
            case 7:
                reader.ReadAddress();
                break;
            case 8:
                reader.ReadCount(random.Next(2) == 0 ? int.MaxValue : 100, random.Next(64));
                break;
            case 9:
                reader.ReadByteList(int.MaxValue);
                break;
            case 10:
                reader.ReadString(int.MaxValue);
                break;
            default:
                reader.Skip(random.Next(50));
                break;
        }
    }
}
