using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.TypedData;

namespace DePin.Sdk.Chains.Tests.Evm.TypedData;

public class TypedDataTests
{
    // The example of EIP-712.
    private const string Mail = """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
        "Person":[{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
        "Mail":[{"name":"from","type":"Person"},{"name":"to","type":"Person"},{"name":"contents","type":"string"}]},
        "primaryType":"Mail","domain":{"name":"Ether Mail","version":"1","chainId":1,"verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
        "message":{"from":{"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},"to":{"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},"contents":"Hello, Bob!"}}
        """;

    private const string Voucher = """
        {"types":{"EIP712Domain":[{"name":"name","type":"string"},{"name":"version","type":"string"},{"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
        "Voucher":[{"name":"channelId","type":"bytes32"},{"name":"cumulativeAmount","type":"uint128"}]},
        "primaryType":"Voucher","domain":{"name":"EVM Payment Channel","version":"1","chainId":"0x7a69","verifyingContract":"0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"},
        "message":{"channelId":"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470","cumulativeAmount":"340282366920938463463374607431768211455"}}
        """;

    [Fact]
    public void Parse_MailOfEip712_HasTheHashesOfTheEip()
    {
        var document = TypedDataDocument.Parse(Mail);
        Assert.Equal("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f", document.DomainSeparator.ToString());
        Assert.Equal("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e", document.MessageHash.ToString());
        Assert.Equal("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2", document.Digest.ToString());
    }

    [Fact]
    public void Parse_RandomDocuments_HaveTheDigestsOfEthers6()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("typed-data-hashed-by-ethers6.json.gz").EnumerateArray())
        {
            Assert.Equal(test.GetProperty("digest").GetString(), TypedDataDocument.Parse(test.GetProperty("document").GetString()!).Digest.ToString());
            count++;
        }

        Assert.True(count >= 200);
    }

    [Fact]
    public void Digest_Voucher_AgreesWithTheGenericPathWithoutAllocating()
    {
        var domain = TypedDataDomain.PaymentChannel(31337, EvmAddress.Parse("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"));
        var voucher = new PaymentVoucher(Hash32.Keccak([]), UInt128.MaxValue);
        var document = TypedDataDocument.Parse(Voucher);
        Assert.Equal(document.DomainSeparator, domain.Separator);
        Assert.Equal(document.Digest, domain.Digest(voucher));

        long before = GC.GetAllocatedBytesForCurrentThread();
        domain.Digest(voucher);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("uint128", "uint8")]
    [InlineData("uint128", "uint7")]
    [InlineData("uint128", "Voucher")]
    [InlineData("uint128", "uint128[]")]
    [InlineData("\"cumulativeAmount\":", "\"other\":")]
    [InlineData("\"primaryType\":\"Voucher\"", "\"primaryType\":\"Unknown\"")]
    [InlineData("0xc5d2", "0xc5")]
    [InlineData("0x7E5F", "0x7e5f")]
    [InlineData("\"0x7a69\"", "null")]
    [InlineData("\"0x7a69\"", "-1")]
    [InlineData("\"0x7a69\"", "1.5")]
    [InlineData("{\"types\"", "{\"typ\"")]
    [InlineData("}}", "}")]
    public void Parse_ValueThatDoesNotFit_Throws(string part, string replacement)
        => Assert.Throws<EvmFormatException>(() => TypedDataDocument.Parse(Voucher.Replace(part, replacement, StringComparison.Ordinal)));

    [Fact]
    public void Parse_MutatedInput_GivesTypedErrorOrADigest()
    {
        var random = new Random(5);
        byte[][] valid = [System.Text.Encoding.UTF8.GetBytes(Mail), System.Text.Encoding.UTF8.GetBytes(Voucher)];
        for (int i = 0; i < 100_000; i++)
        {
            var text = System.Text.Encoding.UTF8.GetString(EvmVectors.Mutate(random, valid[i % 2]));
            try
            {
                Assert.False(TypedDataDocument.Parse(text).Digest.IsZero);
            }
            catch (EvmFormatException problem)
            {
                Assert.True(problem.Offset >= 0);
            }
        }
    }
}
