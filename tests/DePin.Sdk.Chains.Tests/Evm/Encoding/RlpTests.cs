using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Tests.Cryptography;

namespace DePin.Sdk.Chains.Tests.Evm.Encoding;

public class RlpTests
{
    [Fact]
    public void Encode_EthereumVectors_Match()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("rlptest.json").EnumerateObject())
        {
            var expected = EvmVectors.Bytes(test.Value.GetProperty("out"));
            Assert.Equal(expected, ToItem(test.Value.GetProperty("in")).Encode());
            Assert.Equal(expected, RlpItem.Decode(expected).Encode());
            count++;
        }

        Assert.True(count >= 25);
    }

    [Fact]
    public void Decode_InvalidEthereumVectors_Throws()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("invalidRLPTest.json").EnumerateObject())
        {
            var input = EvmVectors.Bytes(test.Value.GetProperty("out"));
            var problem = Assert.Throws<EvmFormatException>(() => RlpItem.Decode(input));
            Assert.InRange(problem.Offset, 0, input.Length);
            count++;
        }

        Assert.True(count >= 25);
    }

    /// <summary>Every file of the whole set, where it is beside the repository.</summary>
    [Fact]
    public void Decode_AllEthereumRlpFiles_AcceptsValidAndRejectsInvalid()
    {
        foreach (var file in VectorFiles.WholeFolder("ethereum+tests", "RLPTests"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var test in document.RootElement.EnumerateObject())
            {
                var encoded = EvmVectors.Bytes(test.Value.GetProperty("out"));
                if (test.Value.GetProperty("in") is { ValueKind: JsonValueKind.String } kind && kind.ValueEquals("INVALID"))
                {
                    Assert.Throws<EvmFormatException>(() => RlpItem.Decode(encoded));
                }
                else
                {
                    Assert.Equal(encoded, RlpItem.Decode(encoded).Encode());
                }
            }
        }
    }

    [Fact]
    public void Decode_MutatedInput_GivesTypedErrorOrTheOneCanonicalForm()
    {
        var valid = EvmVectors.Load("rlptest.json").EnumerateObject().Select(test => EvmVectors.Bytes(test.Value.GetProperty("out"))).ToArray();
        var random = new Random(1);
        int accepted = 0;
        for (int i = 0; i < 100_000; i++)
        {
            var input = EvmVectors.Mutate(random, valid[random.Next(valid.Length)]);
            try
            {
                var item = RlpItem.Decode(input);
                Assert.Equal(input, item.Encode());
                accepted++;
            }
            catch (EvmFormatException problem)
            {
                Assert.InRange(problem.Offset, 0, input.Length);
            }
        }

        Assert.InRange(accepted, 1_000, 99_000);
    }

    [Fact]
    public void Decode_TooDeepOrTooMany_Throws()
    {
        var writer = new RlpWriter();
        for (int i = 0; i < RlpWriter.MaxDepth; i++)
        {
            writer.BeginList();
        }

        Assert.Throws<InvalidOperationException>(writer.BeginList);
        Assert.Throws<InvalidOperationException>(() => writer.ToArray());
        for (int i = 0; i < RlpWriter.MaxDepth; i++)
        {
            writer.EndList();
        }

        var deepest = writer.ToArray();
        Assert.Equal(deepest, RlpItem.Decode(deepest).Encode());
        Assert.Throws<EvmFormatException>(() => RlpItem.Decode(new RlpWriter().BeginList().WriteEncoded(deepest).EndList().Written));
        Assert.Throws<EvmFormatException>(() => RlpItem.Decode([0xC3, 0xC0, 0xC0, 0xC0], maxItems: 3));
    }

    [Fact]
    public void Read_WrongKindOrLength_SaysWhere()
    {
        static int OffsetOf(Action action) => Assert.Throws<EvmFormatException>(action).Offset;

        Assert.Equal(2, OffsetOf(() => Inner().ReadList()));
        Assert.Equal(2, OffsetOf(() => Inner().ReadExact(4)));
        Assert.Equal(2, OffsetOf(() => Inner().ReadBytes(2)));
        Assert.Equal(2, OffsetOf(() => Inner().EnsureEnd()));
        Assert.Equal(0, OffsetOf(() => new RlpReader([0xC0]).ReadBytes()));
        Assert.Equal(0, OffsetOf(() => new RlpReader([0x00]).ReadUInt64()));
        Assert.Equal(0, OffsetOf(() => new RlpReader([0x89, 1, 2, 3, 4, 5, 6, 7, 8, 9]).ReadUInt64()));
        Assert.Equal((UInt256)1024UL, new RlpReader([0x82, 4, 0]).ReadUInt256());
    }

    private static RlpReader Inner()
    {
        var outer = new RlpReader([0xC5, 0xC4, 0x83, 1, 2, 3]);
        return outer.ReadList().ReadList();
    }

    private static RlpItem ToItem(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => RlpItem.List([.. element.EnumerateArray().Select(ToItem)]),
        JsonValueKind.Number => Number(element.GetInt64()),
        _ when element.GetString() is ['#', .. var digits] => Number(BigInteger.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)),
        _ => RlpItem.String(System.Text.Encoding.Latin1.GetBytes(element.GetString()!)),
    };

    // Two vectors are numbers of more than 256 bits, so they are written as bytes.
    private static RlpItem Number(BigInteger value) => RlpItem.String(value.IsZero ? default : value.ToByteArray(isUnsigned: true, isBigEndian: true));
}
