using System.Globalization;
using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Tests.Evm.Encoding;

public class AbiTests
{
    private static readonly EvmAddress Alice = EvmAddress.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");

    [Fact]
    public void EncodeAndDecode_EthersVectors_Match()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("ethers-abi.json.gz").EnumerateArray())
        {
            // A vector is what a function returned that returns one value.
            var type = AbiType.Tuple(AbiType.Parse(test.GetProperty("type").GetString()!));
            var value = ToValue(test.GetProperty("verbose"));
            var encoded = EvmVectors.Bytes(test.GetProperty("encoded"));
            Assert.Equal(encoded, type.Encode(value));
            Assert.Equal(value.ToString(), Assert.Single(type.Decode(encoded)).ToString());
            count++;
        }

        Assert.Equal(1_024, count);
    }

    [Fact]
    public void Decode_MutatedInput_GivesTypedErrorOrTheOneCanonicalForm()
    {
        var valid = EvmVectors.Load("ethers-abi.json.gz").EnumerateArray()
            .Select(test => (Type: AbiType.Tuple(AbiType.Parse(test.GetProperty("type").GetString()!)), Encoded: EvmVectors.Bytes(test.GetProperty("encoded"))))
            .Where(test => test.Encoded.Length < 2_000).ToArray();
        var random = new Random(4);
        int accepted = 0;
        for (int i = 0; i < 100_000; i++)
        {
            var (type, encoded) = valid[random.Next(valid.Length)];
            var input = (byte[])encoded.Clone();
            if (input.Length > 0 && random.Next(4) != 0)
            {
                // Words decide: changing one byte of one keeps the rest in place.
                input[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
            }
            else
            {
                input = EvmVectors.Mutate(random, input);
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

        Assert.InRange(accepted, 1_000, 99_000);
    }

    [Theory]
    [InlineData("(uint256[])", "20", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff")]
    [InlineData("(uint256[])", "20", "7fffffff")]
    [InlineData("(uint256[][])", "00")]
    [InlineData("(uint256[][])", "20", "01", "00")]
    [InlineData("(bytes,bytes)", "40", "40", "00")]
    [InlineData("(bytes,bytes)", "60", "40", "00", "00")]
    [InlineData("(bytes)", "8000000000000000000000000000000000000000000000000000000000000020", "00")]
    [InlineData("(bytes)", "20", "01", "0000000000000000000000000000000000000000000000000000000000000001")]
    [InlineData("(string)", "20", "01", "ff00000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("(bool)", "02")]
    [InlineData("(address)", "010000000000000000000000000000000000000000")]
    [InlineData("(uint8)", "0100")]
    [InlineData("(int8)", "80")]
    [InlineData("(bytes4)", "01")]
    [InlineData("(uint8)", "01", "00")]
    [InlineData("(uint8)")]
    public void Decode_HostileLayout_Throws(string type, params string[] words)
    {
        var input = Convert.FromHexString(string.Concat(words.Select(word => word.PadLeft(64, '0'))));
        Assert.Throws<EvmFormatException>(() => AbiType.Parse(type).Decode(input));
    }

    [Theory]
    [InlineData("uint7")]
    [InlineData("uint264")]
    [InlineData("uint08")]
    [InlineData("bytes33")]
    [InlineData("bytes0")]
    [InlineData("uint256[0]")]
    [InlineData("uint256[")]
    [InlineData("(uint256")]
    [InlineData("()[]")]
    [InlineData("uint256[999999][999999]")]
    [InlineData("uint256 ")]
    [InlineData("")]
    public void TypeParse_NoType_Throws(string text) => Assert.Throws<EvmFormatException>(() => AbiType.Parse(text));

    [Fact]
    public void TypeParse_TooDeep_Throws()
    {
        Assert.Throws<EvmFormatException>(() => AbiType.Parse(new string('(', 10_000)));
        Assert.Throws<EvmFormatException>(() => AbiType.Parse("uint8" + string.Concat(Enumerable.Repeat("[]", 10_000))));
        Assert.Equal("((uint256,int256)[2][],string)", AbiType.Parse("((uint,int)[2][],string)").Name);
    }

    [Fact]
    public void Encode_ValueThatDoesNotFit_Throws()
    {
        void Misfit(string type, AbiValue value) => Assert.Throws<ArgumentException>(() => AbiType.Parse(type).Encode(value));

        Misfit("(uint8)", 256UL);
        Misfit("(uint256)", -1L);
        Misfit("(int8)", 128L);
        Misfit("(int8)", -129L);
        Misfit("(int256)", UInt256.MaxValue);
        Misfit("(address)", 1UL);
        Misfit("(bytes4)", new byte[5]);
        Misfit("(uint8[2])", AbiValue.List(1UL));
        Misfit("(string)", default);
        Assert.Equal(127, AbiType.Parse("(int8)").Decode(AbiType.Parse("(int8)").Encode(127L))[0].AsBigInteger());
        Assert.Equal(-128, AbiType.Parse("(int8)").Decode(AbiType.Parse("(int8)").Encode(-128L))[0].AsBigInteger());
    }

    [Fact]
    public void Function_Transfer_HasItsKnownSelector()
    {
        var transfer = AbiFunction.Parse("transfer(address to, uint256 value)", "(bool)");
        var call = transfer.EncodeCall(Alice, 1_000UL);
        Assert.Equal("0xa9059cbb0000000000000000000000007e5f4552091a69125d5dfcb7b8c2659029395bdf00000000000000000000000000000000000000000000000000000000000003e8", Hex.Encode(call));
        Assert.Equal("transfer(address,uint256)", transfer.Signature);
        Assert.Equal(Alice, transfer.DecodeCall(call)[0].AsAddress());
        Assert.Equal((UInt256)1_000UL, transfer.DecodeCall(call)[1].AsUInt256());
        Assert.True(transfer.DecodeResults(UInt256Bytes(1))[0].AsBoolean());
        Assert.Throws<EvmFormatException>(() => transfer.DecodeCall(call.AsSpan(0, 3)));
        Assert.Throws<EvmFormatException>(() => transfer.DecodeCall(call.AsSpan(0, 67)));
        Assert.Throws<EvmFormatException>(() => AbiFunction.Parse("f(address indexed a)"));
    }

    [Fact]
    public void Event_Transfer_DecodesTopicsAndData()
    {
        var transfer = AbiEvent.Parse("Transfer(address indexed from, address indexed to, uint256 value)");
        Assert.Equal("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef", transfer.Topic.ToString());
        Hash32[] topics = [transfer.Topic, transfer.EncodeTopic("from", EvmAddress.Zero), transfer.EncodeTopic("to", Alice)];
        var values = transfer.Decode(topics, UInt256Bytes(7));
        Assert.Equal(Alice, values[1].AsAddress());
        Assert.Equal((UInt256)7UL, values[2].AsUInt256());
        Assert.Throws<EvmFormatException>(() => transfer.Decode(topics.AsSpan(0, 2), UInt256Bytes(7)));
        Assert.Throws<EvmFormatException>(() => transfer.Decode([Hash32.Keccak([]), topics[1], topics[2]], UInt256Bytes(7)));
        Assert.Throws<ArgumentException>(() => transfer.EncodeTopic("value", 7UL));

        var named = AbiEvent.Parse("Named(string indexed name)");
        Assert.Equal(Hash32.Keccak("a"u8), named.Decode([named.Topic, named.EncodeTopic("name", "a")], [])[0].AsHash());
    }

    [Fact]
    public void Revert_KnownAndUnknownData_IsReadOrKept()
    {
        var custom = AbiError.Parse("InsufficientBalance(uint256 available, uint256 required)");
        Assert.Equal("InsufficientBalance(1, 2)", RevertReason.Decode(custom.Encode(1UL, 2UL), custom).ToString());
        Assert.Equal("no", RevertReason.Decode(RevertReason.Message.Encode("no")).ToString());
        Assert.Equal("panic 0x11: arithmetic overflow", RevertReason.Decode(RevertReason.Panic.Encode(0x11UL)).ToString());
        Assert.Equal("reverted without a reason", RevertReason.Decode([]).ToString());
        Assert.Equal("reverted with 0x08c379a0", RevertReason.Decode(RevertReason.Message.Selector).ToString());
        Assert.Null(RevertReason.Decode(custom.Encode(1UL, 2UL)).Error);
    }

    private static byte[] UInt256Bytes(ulong value) => AbiType.Parse("(uint256)").Encode(value);

    private static AbiValue ToValue(JsonElement verbose)
    {
        var value = verbose.GetProperty("value");
        return verbose.GetProperty("type").GetString() switch
        {
            "object" or "array" => AbiValue.List([.. value.EnumerateArray().Select(ToValue)]),
            "number" => AbiValue.Signed(BigInteger.Parse(value.ToString(), CultureInfo.InvariantCulture)),
            "boolean" => value.GetBoolean(),
            "string" => value.GetString()!,
            "address" => EvmAddress.Parse(value.GetString()!),
            "hexstring" => EvmVectors.Bytes(value),
            var other => throw new InvalidDataException(other),
        };
    }
}
