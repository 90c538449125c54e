using System.Text;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.TypedData;

namespace DePin.Sdk.Chains.Tests.Evm;

/// <summary>Input from outside that somebody made on purpose: a typed error or a value that means one thing, never anything else. The codecs' own tests mutate their bytes; these change what the bytes say.</summary>
public sealed class HostileInputTests
{
    private const int Cases = 100_000;

    private static readonly UInt256 Order = UInt256.Parse("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
    private static readonly UInt256 HalfOrder = UInt256.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

    private static readonly UInt256[] Words =
    [
        0, 1, 31, 32, 33, 64, 96, 128, int.MaxValue, uint.MaxValue, (UInt256)uint.MaxValue + 1, ulong.MaxValue, (UInt256)ulong.MaxValue + 1, UInt128.MaxValue, UInt256.MaxValue, UInt256.MaxValue - 31,
        new(UInt128.One << 127, 0), new(0, UInt128.One << 31),
    ];

    [Fact]
    public void AbiDecode_WordsReplacedAndMoved_GivesTypedErrorOrTheOneCanonicalForm()
    {
        var valid = EvmVectors.Load("ethers-abi.json.gz").EnumerateArray()
            .Select(test => (Type: AbiType.Tuple(AbiType.Parse(test.GetProperty("type").GetString()!)), Encoded: EvmVectors.Bytes(test.GetProperty("encoded"))))
            .Where(test => test.Encoded.Length is > 64 and < 2_000 && test.Type.IsDynamic).ToArray();
        var random = new Random(11);
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            var (type, encoded) = valid[random.Next(valid.Length)];
            var input = (byte[])encoded.Clone();
            for (int change = random.Next(1, 3); change > 0; change--)
            {
                int at = 32 * random.Next(input.Length / 32), from = 32 * random.Next(input.Length / 32);
                switch (random.Next(4))
                {
                    case 0:
                        Words[random.Next(Words.Length)].WriteBigEndian(input.AsSpan(at));
                        break;
                    case 1:
                        // Offsets that overlap, point back, or to the end.
                        ((UInt256)(ulong)(32 * random.Next(input.Length / 32 + 2))).WriteBigEndian(input.AsSpan(at));
                        break;
                    case 2:
                        input.AsSpan(from, 32).CopyTo(input.AsSpan(at));
                        break;
                    default:
                        input = random.Next(2) == 0 ? input[..^32] : [.. input, .. new byte[32]];
                        break;
                }

                if (input.Length < 32)
                {
                    break;
                }
            }

            try
            {
                Assert.Equal(input, type.Encode([.. type.Decode(input)]));
                accepted++;
            }
            catch (EvmFormatException problem)
            {
                Assert.InRange(problem.Offset, 0, input.Length);
            }
        }

        Assert.InRange(accepted, 1_000, 90_000);
    }

    [Fact]
    public void Signature_AnyRsv_IsRefusedOrHasOneForm()
    {
        using var signer = Secp256k1Signer.Create();
        var digest = Hash32.Keccak("digest"u8);
        var key = new byte[32];
        signer.ExportPrivateKey(key);
        var valid = new byte[65];
        EvmSignature.Sign(key, digest).CopyTo(valid);
        UInt256[] edges = [0, 1, HalfOrder - 1, HalfOrder, HalfOrder + 1, Order - 1, Order, Order + 1, UInt256.MaxValue, UInt256.FromBigEndian(valid.AsSpan(0, 32)), Order - UInt256.FromBigEndian(valid.AsSpan(32, 32))];
        var random = new Random(12);
        var again = new byte[65];
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            var input = (byte[])valid.Clone();
            if (random.Next(2) == 0)
            {
                edges[random.Next(edges.Length)].WriteBigEndian(input);
            }

            if (random.Next(2) == 0)
            {
                edges[random.Next(edges.Length)].WriteBigEndian(input.AsSpan(32));
            }

            input[64] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(27 + random.Next(2));
            if (random.Next(8) == 0)
            {
                input = EvmVectors.Mutate(random, input);
            }

            UInt256 r = input.Length >= 64 ? UInt256.FromBigEndian(input.AsSpan(0, 32)) : 0, s = input.Length >= 64 ? UInt256.FromBigEndian(input.AsSpan(32, 32)) : 0;
            bool isCompact = input.Length == 64;
            s = isCompact ? s with { Upper = s.Upper & (UInt128.MaxValue >> 1) } : s;
            bool isGood = (isCompact || (input.Length == 65 && input[64] is 0 or 1 or 27 or 28)) && !r.IsZero && r < Order && !s.IsZero && s <= HalfOrder;
            try
            {
                var signature = EvmSignature.Parse(input);
                Assert.True(isGood);
                signature.CopyTo(again);
                Assert.Equal(signature, EvmSignature.Parse(again));
                signature.CopyCompactTo(again);
                Assert.Equal(signature, EvmSignature.Parse(again.AsSpan(0, 64)));
                if (i % 64 == 0 && signature.TryRecover(digest, out var by))
                {
                    Assert.Equal(signature.R == UInt256.FromBigEndian(valid.AsSpan(0, 32)) && signature.S == UInt256.FromBigEndian(valid.AsSpan(32, 32)) && signature.YParity == (valid[64] == 28), by == signer.GetEvmAddress());
                }

                accepted++;
            }
            catch (EvmFormatException problem)
            {
                Assert.False(isGood);
                Assert.InRange(problem.Offset, 0, 65);
            }
        }

        Assert.InRange(accepted, 10_000, 90_000);
    }

    [Fact]
    public void TypeAndSignatureText_Generated_GivesTypedErrorOrItsCanonicalForm()
    {
        string[] parts = ["uint256", "int8", "uint", "bytes32", "bytes", "string", "address", "bool", "(", ")", "(", ")", "[]", "[3]", "[0]", "[", "]", ",", " ", "7", "ſ", "\0", "tuple", " indexed ", " a"];
        var random = new Random(13);
        int accepted = 0;
        for (int i = 0; i < Cases; i++)
        {
            var text = new StringBuilder();
            for (int part = random.Next(1, 10); part > 0; part--)
            {
                text.Append(parts[random.Next(parts.Length)]);
            }

            try
            {
                var type = AbiType.Parse(text.ToString());
                Assert.Equal(type.Name, AbiType.Parse(type.Name).Name);
                accepted++;
            }
            catch (EvmFormatException problem)
            {
                Assert.InRange(problem.Offset, 0, text.Length);
            }

            try
            {
                _ = AbiFunction.Parse($"f({text})").Signature;
                _ = AbiEvent.Parse($"e({text})").Topic;
            }
            catch (EvmFormatException)
            {
                // As it should for nearly all of them.
            }
        }

        Assert.InRange(accepted, 1_000, 99_000);
    }

    [Fact]
    public void RevertAndLog_AnyData_IsReadOrKeptOrTyped()
    {
        var known = AbiError.Parse("InsufficientBalance(uint256 available, string why)");
        var log = AbiEvent.Parse("Named(address indexed who, string indexed name, bytes data, uint8 kind)");
        byte[][] reverts = [known.Encode(1UL, "no"), RevertReason.Message.Encode("reason"), RevertReason.Panic.Encode(0x11UL), []];
        var data = AbiType.Parse("(bytes,uint8)").Encode(new byte[40], 7UL);
        Hash32[] topics = [log.Topic, log.EncodeTopic("who", EvmAddress.Zero), log.EncodeTopic("name", "x")];
        var random = new Random(14);
        for (int i = 0; i < Cases; i++)
        {
            Assert.NotEmpty(RevertReason.Decode(EvmVectors.Mutate(random, reverts[i % reverts.Length]), known).ToString());
            var changed = (Hash32[])topics.Clone();
            changed[random.Next(3)] = random.Next(3) == 0 ? Hash32.FromUInt256(Words[random.Next(Words.Length)]) : changed[random.Next(3)];
            try
            {
                Assert.Equal(4, log.Decode(changed.AsSpan(0, random.Next(8) == 0 ? random.Next(3) : 3), random.Next(2) == 0 ? data : EvmVectors.Mutate(random, data)).Count);
            }
            catch (EvmFormatException problem)
            {
                Assert.True(problem.Offset >= 0);
            }
        }
    }

    [Fact]
    public async Task TypedData_DocumentMadeToCostTime_IsHashedInTimeLinearInItsLength()
    {
        // 1 MiB: many values of a type that uses a type of very many fields.
        var text = new StringBuilder("""{"types":{"EIP712Domain":[{"name":"name","type":"string"}],"Small":[{"name":"a","type":"Big[]"}],"Main":[{"name":"list","type":"Small[]"}],"Big":[""");
        text.AppendJoin(',', Enumerable.Range(0, 1_000).Select(i => $$"""{"name":"field{{i}}","type":"uint256"}"""));
        text.Append("""]},"primaryType":"Main","domain":{"name":"x"},"message":{"list":[""");
        text.AppendJoin(',', Enumerable.Repeat("""{"a":[]}""", 100_000));
        text.Append("]}}");
        Assert.InRange(text.Length, 900_000, TypedDataDocument.MaxLength);

        // Each of them hashed anew would be some 30 gigabytes for Keccak, a minute and more.
        Assert.False((await Task.Run(() => TypedDataDocument.Parse(text.ToString()).Digest).WaitAsync(TimeSpan.FromMinutes(1))).IsZero);
    }

    [Theory]
    [InlineData("""{"types":{"A":[{"name":"x","type":"uint8"}]},"primaryType":"A","domain":{"name":"n","chainId":1},"message":{"x":1}}""", true)]
    [InlineData("""{"types":{"A":[{"name":"x,uint8 y","type":"uint8"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x,uint8 y":1}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"","type":"uint8"}]},"primaryType":"A","domain":{"name":"n"},"message":{"":1}}""", false)]
    [InlineData("""{"types":{"A(uint8 x)B":[{"name":"x","type":"uint8"}]},"primaryType":"A(uint8 x)B","domain":{"name":"n"},"message":{"x":1}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"uint8"}],"uint8":[]},"primaryType":"A","domain":{"name":"n"},"message":{"x":{}}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"A"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x":{"x":{}}}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"A[]"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x":[{"x":[]}]}}""", true)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"uint8[2]"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x":[1]}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"uint8[]"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x":[1,256]}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"bytes4"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x":"0x0102030405"}}""", false)]
    [InlineData("""{"types":{"A":[{"name":"x","type":"string"}]},"primaryType":"A","domain":{"name":"n"},"message":{"x":"\ud800"}}""", false)]
    public void TypedData_OddTypes_AreRefusedOrTaken(string json, bool isGood)
    {
        if (isGood)
        {
            Assert.False(TypedDataDocument.Parse(json).Digest.IsZero);
        }
        else
        {
            Assert.Throws<EvmFormatException>(() => TypedDataDocument.Parse(json));
        }
    }

    [Fact]
    public void TypedData_WithoutDomainType_IsTheDomainOfItsMembers()
    {
        var document = TypedDataDocument.Parse("""{"types":{"A":[{"name":"x","type":"uint8"}]},"primaryType":"A","domain":{"chainId":5,"name":"n","unknown":1},"message":{"x":1}}""");
        Assert.Equal(new TypedDataDomain("n", null, 5, null).Separator, document.DomainSeparator);
    }
}
