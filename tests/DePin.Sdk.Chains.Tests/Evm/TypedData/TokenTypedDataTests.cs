using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Chains.Evm.TypedData.Permit2;

namespace DePin.Sdk.Chains.Tests.Evm.TypedData;

/// <summary>Each built-in type hashes to what the same data as JSON hashes to.</summary>
public class TokenTypedDataTests
{
    private static readonly EvmAddress Owner = Address(1), Spender = Address(2), Token = Address(3), OtherToken = Address(4);
    private static readonly TypedDataDomain TokenDomain = new("USD Coin", "2", 8453, Token);
    private static readonly TypedDataDomain Permit2Domain = TypedDataDomain.Permit2(8453);
    private static readonly JsonObject TokenDomainJson = new() { ["name"] = "USD Coin", ["version"] = "2", ["chainId"] = 8453, ["verifyingContract"] = Token.ToString() };
    private static readonly JsonObject Permit2DomainJson = new() { ["name"] = "Permit2", ["chainId"] = 8453, ["verifyingContract"] = "0x000000000022D473030F116dDEE9F6B43aC78BA3" };

    private static readonly (string, string)[] Authorization =
        [("from", "address"), ("to", "address"), ("value", "uint256"), ("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")];

    private static readonly (string, string)[] Permissions = [("token", "address"), ("amount", "uint256")];
    private static readonly (string, string)[] Details = [("token", "address"), ("amount", "uint160"), ("expiration", "uint48"), ("nonce", "uint48")];

    [Fact]
    public void Digest_Eip3009_AgreesWithTheDocument()
    {
        var nonce = Hash32.Keccak("nonce"u8);
        var message = new JsonObject
        {
            ["from"] = Owner.ToString(), ["to"] = Spender.ToString(), ["value"] = "340282366920938463463374607431768211456", ["validAfter"] = 7, ["validBefore"] = "18446744073709551615", ["nonce"] = nonce.ToString(),
        };
        var value = (UInt256)UInt128.MaxValue + UInt256.One;
        AssertSame(TokenDomain, new TransferWithAuthorization(Owner, Spender, value, 7, ulong.MaxValue, nonce), TokenDomainJson, message, ("TransferWithAuthorization", Authorization));
        AssertSame(TokenDomain, new ReceiveWithAuthorization(Owner, Spender, value, 7, ulong.MaxValue, nonce), TokenDomainJson, message, ("ReceiveWithAuthorization", Authorization));
        var cancel = new JsonObject { ["authorizer"] = Owner.ToString(), ["nonce"] = nonce.ToString() };
        AssertSame(TokenDomain, new CancelAuthorization(Owner, nonce), TokenDomainJson, cancel, ("CancelAuthorization", [("authorizer", "address"), ("nonce", "bytes32")]));
    }

    [Fact]
    public void TypeHash_Eip3009AndEip2612_AreThoseOfTheEips()
    {
        Assert.Equal("0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267", TransferWithAuthorization.TypeHash.ToString());
        Assert.Equal("0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8", ReceiveWithAuthorization.TypeHash.ToString());
        Assert.Equal("0x158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429", CancelAuthorization.TypeHash.ToString());
        Assert.Equal("0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9", Permit.TypeHash.ToString());
    }

    [Fact]
    public void ForChannel_Nonce_IsTheHashThatTheEscrowAsksFor()
    {
        var salt = Hash32.Keccak("salt"u8);
        var authorization = ReceiveWithAuthorization.ForChannel(Spender, Owner, Address(9), Token, salt, Address(8), 1_000, 0, 99);
        var encoded = AbiType.Parse("(address,address,address,bytes32,address)").Encode(Owner, Address(9), Token, salt, Address(8));
        Assert.Equal(new ReceiveWithAuthorization(Owner, Spender, 1_000, 0, 99, Hash32.Keccak(encoded)), authorization);
    }

    [Fact]
    public void Digest_Eip2612_AgreesWithTheDocument() => AssertSame(
        TokenDomain,
        new Permit(Owner, Spender, UInt256.MaxValue, 3, 1_800_000_000),
        TokenDomainJson,
        new() { ["owner"] = Owner.ToString(), ["spender"] = Spender.ToString(), ["value"] = Hex.EncodeQuantity(UInt256.MaxValue), ["nonce"] = 3, ["deadline"] = 1_800_000_000 },
        ("Permit", [("owner", "address"), ("spender", "address"), ("value", "uint256"), ("nonce", "uint256"), ("deadline", "uint256")]));

    [Fact]
    public void Digest_Permit2Transfers_AgreeWithTheDocument()
    {
        TokenPermissions one = new(Token, 5), two = new(OtherToken, UInt256.MaxValue);
        var message = new JsonObject { ["permitted"] = Json(one), ["spender"] = Spender.ToString(), ["nonce"] = 77, ["deadline"] = 88 };
        AssertSame(Permit2Domain, new PermitTransferFrom(one, Spender, 77, 88), Permit2DomainJson, message, ("PermitTransferFrom", Transfer("TokenPermissions")), ("TokenPermissions", Permissions));

        message["permitted"] = new JsonArray(Json(one), Json(two));
        AssertSame(Permit2Domain, new PermitBatchTransferFrom(new[] { one, two }, Spender, 77, 88), Permit2DomainJson, message, ("PermitBatchTransferFrom", Transfer("TokenPermissions[]")), ("TokenPermissions", Permissions));
        message["permitted"] = new JsonArray();
        AssertSame(Permit2Domain, new PermitBatchTransferFrom(default, Spender, 77, 88), Permit2DomainJson, message, ("PermitBatchTransferFrom", Transfer("TokenPermissions[]")), ("TokenPermissions", Permissions));
    }

    [Fact]
    public void Digest_Permit2Witness_AgreesWithTheDocumentWhereverItsNamesSort()
    {
        var permitted = new TokenPermissions(Token, 5);
        var message = new JsonObject { ["permitted"] = Json(permitted), ["spender"] = Spender.ToString(), ["nonce"] = 77, ["deadline"] = 88 };
        (string, string)[] order = [("maker", "address"), ("fee", "Zone"), ("limit", "Apple")], number = [("number", "uint256")];
        message["witness"] = new JsonObject { ["maker"] = Owner.ToString(), ["fee"] = new JsonObject { ["number"] = 1 }, ["limit"] = new JsonObject { ["number"] = 2 } };
        AssertSame(
            Permit2Domain,
            new PermitWitnessTransferFrom<Order>(permitted, Spender, 77, 88, new Order(Owner, 1, 2)),
            Permit2DomainJson,
            message,
            ("PermitWitnessTransferFrom", [.. Transfer("TokenPermissions"), ("witness", "Order")]), ("TokenPermissions", Permissions), ("Order", order), ("Zone", number), ("Apple", number));
        Assert.Equal("Order witness)Apple(uint256 number)Order(address maker,Zone fee,Apple limit)TokenPermissions(address token,uint256 amount)Zone(uint256 number)", PermitWitnessTransferFrom<Order>.WitnessTypeString);

        message["permitted"] = new JsonArray(Json(permitted));
        AssertSame(
            Permit2Domain,
            new PermitBatchWitnessTransferFrom<Order>(new[] { permitted }, Spender, 77, 88, new Order(Owner, 1, 2)),
            Permit2DomainJson,
            message,
            ("PermitBatchWitnessTransferFrom", [.. Transfer("TokenPermissions[]"), ("witness", "Order")]), ("TokenPermissions", Permissions), ("Order", order), ("Zone", number), ("Apple", number));
        Assert.Equal(PermitWitnessTransferFrom<Order>.WitnessTypeString, PermitBatchWitnessTransferFrom<Order>.WitnessTypeString);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Order")]
    [InlineData("(address a)")]
    [InlineData("Order(address a)B")]
    [InlineData("Order(B(uint256 c))")]
    [InlineData("Order)(")]
    [InlineData("TokenPermissions(address other)")]
    public void WitnessType_NoEncodedType_IsRefused(string text) => Assert.Throws<ArgumentException>(() => WitnessType.StringFor(text));

    [Fact]
    public void Digest_Permit2Allowances_AgreeWithTheDocument()
    {
        var max160 = UInt256.Parse("0xffffffffffffffffffffffffffffffffffffffff");
        PermitDetails one = new(Token, max160, (1UL << 48) - 1, 4), two = new(OtherToken, 1, 2, 3);
        var message = new JsonObject { ["details"] = Json(one), ["spender"] = Spender.ToString(), ["sigDeadline"] = 88 };
        (string, string)[] single = [("details", "PermitDetails"), ("spender", "address"), ("sigDeadline", "uint256")];
        AssertSame(Permit2Domain, new PermitSingle(one, Spender, 88), Permit2DomainJson, message, ("PermitSingle", single), ("PermitDetails", Details));
        message["details"] = new JsonArray(Json(one), Json(two));
        AssertSame(Permit2Domain, new PermitBatch(new[] { one, two }, Spender, 88), Permit2DomainJson, message, ("PermitBatch", [("details", "PermitDetails[]"), .. single[1..]]), ("PermitDetails", Details));

        Assert.Throws<ArgumentOutOfRangeException>("amount", () => new PermitDetails(Token, max160 + UInt256.One, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>("expiration", () => new PermitDetails(Token, 0, 1UL << 48, 0));
        Assert.Throws<ArgumentOutOfRangeException>("nonce", () => new PermitDetails(Token, 0, 0, 1UL << 48));
    }

    [Fact]
    public void Digest_Permit2_IsWhatUniswapsSdkComputes()
    {
        // Computed with @uniswap/permit2-sdk of the same values.
        TokenPermissions one = new(Token, 5), two = new(OtherToken, UInt256.MaxValue);
        PermitDetails first = new(Token, UInt256.Parse("0xffffffffffffffffffffffffffffffffffffffff"), (1UL << 48) - 1, 4), second = new(OtherToken, 1, 2, 3);
        var order = new Order(Owner, 1, 2);
        void Expect(string digest, Hash32 actual) => Assert.Equal(digest, actual.ToString());
        Expect("0x0886fdfca7d45f52f34df35f11f40b92429d55ae216a7e78861cbf3f82b3732b", Permit2Domain.Digest(new PermitTransferFrom(one, Spender, 77, 88)));
        Expect("0x3effd53ee1e84357ff4282ccafa8ae01bc97ec6cf577bc22b8d16d8f82c9e2d6", Permit2Domain.Digest(new PermitBatchTransferFrom(new[] { one, two }, Spender, 77, 88)));
        Expect("0x10a4b65e7fa6a646db981b54490630c3665fb9c795876a6e55a60ff4da9c5716", Permit2Domain.Digest(new PermitWitnessTransferFrom<Order>(one, Spender, 77, 88, order)));
        Expect("0xa2f990226a247e48d0178add8073eed5e7f322e595372f3481cc0337ac8c6ba2", Permit2Domain.Digest(new PermitBatchWitnessTransferFrom<Order>(new[] { one }, Spender, 77, 88, order)));
        Expect("0x788bfbf9f72ccac12bd75252a4bb201e63ec833bd63ec13f5410cf950c39e675", Permit2Domain.Digest(new PermitSingle(first, Spender, 88)));
        Expect("0xa63983bd9b8f2e87f933bbd2c388c56ab7923dd8e3544ea580b9b88bc373b5f5", Permit2Domain.Digest(new PermitBatch(new[] { first, second }, Spender, 88)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(22)]
    [InlineData(31)]
    public void Domain_SomeFields_AgreesWithTheDocument(int fields)
    {
        var json = new JsonObject();
        if ((fields & 1) != 0)
        {
            json["name"] = "Näme";
        }

        if ((fields & 2) != 0)
        {
            json["version"] = "1";
        }

        if ((fields & 4) != 0)
        {
            json["chainId"] = 10;
        }

        if ((fields & 8) != 0)
        {
            json["verifyingContract"] = Token.ToString();
        }

        if ((fields & 16) != 0)
        {
            json["salt"] = Hash32.Keccak([]).ToString();
        }

        var domain = new TypedDataDomain(
            (fields & 1) != 0 ? "Näme" : null, (fields & 2) != 0 ? "1" : null, (fields & 4) != 0 ? 10 : null, (fields & 8) != 0 ? Token : null, (fields & 16) != 0 ? Hash32.Keccak([]) : null);
        AssertSame(domain, new CancelAuthorization(Owner, default), json, new() { ["authorizer"] = Owner.ToString(), ["nonce"] = default(Hash32).ToString() }, ("CancelAuthorization", [("authorizer", "address"), ("nonce", "bytes32")]));
    }

    [Fact]
    public void Domain_NoField_IsRefused() => Assert.Throws<ArgumentException>(() => new TypedDataDomain(null, null, null, null));

    private static void AssertSame<T>(TypedDataDomain domain, T value, JsonObject domainJson, JsonObject message, params (string Name, (string Name, string Type)[] Fields)[] types)
        where T : ITypedData
    {
        var domainTypes = new Dictionary<string, string> { ["name"] = "string", ["version"] = "string", ["chainId"] = "uint256", ["verifyingContract"] = "address", ["salt"] = "bytes32" };
        var typesJson = new JsonObject { ["EIP712Domain"] = Fields(domainJson.Select(member => (member.Key, domainTypes[member.Key]))) };
        foreach (var (name, fields) in types)
        {
            typesJson[name] = Fields(fields);
        }

        var root = new JsonObject { ["types"] = typesJson, ["primaryType"] = types[0].Name, ["domain"] = domainJson.DeepClone(), ["message"] = message.DeepClone() };
        var document = TypedDataDocument.Parse(root.ToJsonString());
        Assert.Equal(document.DomainSeparator, domain.Separator);
        Assert.Equal(document.MessageHash, TypedDataHash.Struct(value));
        Assert.Equal(document.Digest, domain.Digest(value));
        Assert.Equal(document.SigningPayload(), domain.SigningPayload(value));
        Assert.Equal(document.Digest, Hash32.Keccak(domain.SigningPayload(value)));

        long before = GC.GetAllocatedBytesForCurrentThread();
        domain.Digest(value);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static JsonArray Fields(IEnumerable<(string Name, string Type)> fields) => new([.. fields.Select(field => new JsonObject { ["name"] = field.Name, ["type"] = field.Type })]);

    private static (string, string)[] Transfer(string permissions) => [("permitted", permissions), ("spender", "address"), ("nonce", "uint256"), ("deadline", "uint256")];

    private static JsonObject Json(TokenPermissions permissions) => new() { ["token"] = permissions.Token.ToString(), ["amount"] = permissions.Amount.ToString() };

    private static JsonObject Json(PermitDetails details) =>
        new() { ["token"] = details.Token.ToString(), ["amount"] = details.Amount.ToString(), ["expiration"] = details.Expiration, ["nonce"] = details.Nonce };

    private static EvmAddress Address(byte number) => new(Enumerable.Repeat((byte)(0xA0 + number), 20).ToArray());

    private readonly record struct Order(EvmAddress Maker, ulong Fee, ulong Limit) : IPermit2Witness
    {
        public static string EncodedType => "Order(address maker,Zone fee,Apple limit)Apple(uint256 number)Zone(uint256 number)";

        public static Hash32 TypeHash { get; } = Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(EncodedType));

        public static int FieldCount => 3;

        public void WriteFields(Span<byte> words)
        {
            Maker.ToUInt256().WriteBigEndian(words);
            HashOf("Zone(uint256 number)", Fee).CopyTo(words[32..]);
            HashOf("Apple(uint256 number)", Limit).CopyTo(words[64..]);
        }

        private static Hash32 HashOf(string type, ulong number)
        {
            Span<byte> words = stackalloc byte[64];
            Span<byte> text = stackalloc byte[64];
            Hash32.Keccak(text[..System.Text.Encoding.UTF8.GetBytes(type, text)]).CopyTo(words);
            ((UInt256)number).WriteBigEndian(words[32..]);
            return Hash32.Keccak(words);
        }
    }
}
