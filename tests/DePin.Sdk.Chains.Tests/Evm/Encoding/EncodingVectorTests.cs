using System.Globalization;
using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Transactions;

namespace DePin.Sdk.Chains.Tests.Evm.Encoding;

public sealed class EncodingVectorTests
{
    [Fact]
    public void Encode_EthereumAbiTests_Match()
    {
        foreach (var test in EvmVectors.Load("basic_abi_tests.json").EnumerateObject())
        {
            var types = Types(test.Value);
            var encoded = EvmVectors.Bytes(test.Value.GetProperty("result"));
            Assert.Equal(encoded, types.Encode(Values(types, test.Value.GetProperty("args"))));
            Assert.Equal(encoded, types.Encode([.. types.Decode(encoded)]));
        }
    }

    [Fact]
    public void EncodePacked_EthersSolidityHashes_Match()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("ethers-solidity-hashes.json.gz").EnumerateArray())
        {
            var types = Types(test);
            Assert.Equal(test.GetProperty("keccak256").GetString(), Hash32.Keccak(types.EncodePacked(Values(types, test.GetProperty("values")))).ToString());
            count++;
        }

        Assert.True(count >= 500);
    }

    [Fact]
    public void EncodePacked_WhatSolidityDoesNotPack_IsRefused()
    {
        Assert.Equal("0xffff42000348656c6c6f2c20776f726c6421", Hex.Encode(AbiType.Parse("(int16,bytes1,uint16,string)").EncodePacked(-1L, new byte[] { 0x42 }, 3UL, "Hello, world!")));
        Assert.Throws<ArgumentException>(() => AbiType.Parse("((uint8))").EncodePacked(AbiValue.List(1UL)));
        Assert.Throws<ArgumentException>(() => AbiType.Parse("(string[])").EncodePacked(AbiValue.List("a")));
        Assert.Throws<ArgumentException>(() => AbiType.Parse("(uint8[2])").EncodePacked(AbiValue.List(1UL)));
        Assert.Throws<ArgumentException>(() => AbiType.Parse("(uint8)").EncodePacked(256UL));
        Assert.Throws<ArgumentException>(() => AbiType.Parse("(uint8)").EncodePacked());
        Assert.Throws<InvalidOperationException>(() => AbiType.Parse("uint8").EncodePacked(1UL));
    }

    [Fact]
    public void Rlp_EthersVectors_Match()
    {
        foreach (var test in EvmVectors.Load("ethers-rlp.json.gz").EnumerateArray())
        {
            var encoded = EvmVectors.Bytes(test.GetProperty("encoded"));
            Assert.Equal(encoded, Item(test.GetProperty("decoded")).Encode());
            Assert.Equal(encoded, RlpItem.Decode(encoded).Encode());
        }
    }

    [Fact]
    public void Keccak_EthersHashes_Match() => Assert.All(
        EvmVectors.Load("ethers-hashes.json.gz").EnumerateArray(),
        test => Assert.Equal(test.GetProperty("keccak256").GetString(), Hash32.Keccak(EvmVectors.Bytes(test.GetProperty("data"))).ToString()));

    [Fact]
    public void AddressAndSignature_EthereumBasicTests_Match()
    {
        var tests = EvmVectors.Load("basic-tests.json");
        foreach (var test in tests.GetProperty("keyaddrtest").EnumerateArray())
        {
            var key = EvmVectors.Bytes(test.GetProperty("key"));
            Assert.Equal(Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(test.GetProperty("seed").GetString()!)).ToArray(), key);
            var address = EvmAddress.Parse($"0x{test.GetProperty("addr").GetString()}");
            Assert.True(EvmSignature.Sign(key, Hash32.Keccak([])).TryRecover(Hash32.Keccak([]), out var by));
            Assert.Equal(address, by);

            // Its signature is of a digest that no current rule gives for an empty string (ethers.js recovers another account too), so it is left out.
        }

        foreach (var test in tests.GetProperty("txtest").EnumerateArray())
        {
            var to = EvmVectors.Bytes(test.GetProperty("to"));
            var transaction = new EvmTransaction
            {
                Type = EvmTransactionType.Legacy,
                ChainId = null,
                Nonce = test.GetProperty("nonce").GetUInt64(),
                MaxFeePerGas = test.GetProperty("gasprice").GetUInt64(),
                GasLimit = test.GetProperty("startgas").GetUInt64(),
                To = to.Length == 0 ? null : new EvmAddress(to),
                Value = test.GetProperty("value").GetUInt64(),
                Data = EvmVectors.Bytes(test.GetProperty("data")),
            };

            // The vector's unsigned form has empty v, r and s, which nobody signs any more.
            var fields = RlpItem.Decode(EvmVectors.Bytes(test.GetProperty("unsigned"))).Items!;
            Assert.Equal(RlpItem.List([.. fields.Take(6)]).Encode(), transaction.SigningPayload());
            var key = Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(to.Length == 0 ? "horse" : "cow")).ToArray();
            Assert.Equal(EvmVectors.Bytes(test.GetProperty("key")), key);
            var signed = EvmVectors.Bytes(test.GetProperty("signed"));
            try
            {
                var decoded = SignedEvmTransaction.Decode(signed);
                Assert.Equal(EvmAddress.FromPublicKey(Chains.Cryptography.Secp256k1.GetPublicKey(key)), decoded.RecoverSender());
                Assert.Equal(transaction.SigningHash(), decoded.Transaction.SigningHash());
            }
            catch (EvmFormatException)
            {
                // The second one has the higher s, which EIP-2 has forbidden since.
                Assert.True(UInt256.FromBigEndian(RlpItem.Decode(signed).Items![8].Bytes.Span).CompareTo(UInt256.Parse("0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0")) > 0);
            }
        }
    }

    private static RlpItem Item(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? RlpItem.List([.. element.EnumerateArray().Select(Item)]) : RlpItem.String(EvmVectors.Bytes(element));

    private static AbiType Types(JsonElement test) => AbiType.Tuple([.. test.GetProperty("types").EnumerateArray().Select(type => AbiType.Parse(type.GetString()!))]);

    private static AbiValue[] Values(AbiType types, JsonElement values) => [.. values.EnumerateArray().Select((value, i) => Value(types.Components[i], value))];

    private static AbiValue Value(AbiType type, JsonElement value) => type.Kind switch
    {
        AbiKind.Array or AbiKind.FixedArray => AbiValue.List([.. value.EnumerateArray().Select(item => Value(type.Element!, item))]),
        AbiKind.Boolean => value.GetBoolean(),
        AbiKind.Address => EvmAddress.Parse(value.GetString()!.ToLowerInvariant()),
        AbiKind.Text => value.GetString()!,
        AbiKind.Bytes or AbiKind.FixedBytes => value.GetString()!.StartsWith("0x", StringComparison.Ordinal) ? EvmVectors.Bytes(value) : System.Text.Encoding.ASCII.GetBytes(value.GetString()!),
        _ => AbiValue.Signed(Number(value.ToString())),
    };

    private static BigInteger Number(string text)
    {
        bool isNegative = text.StartsWith('-');
        var digits = isNegative ? text[1..] : text;
        var magnitude = digits.StartsWith("0x", StringComparison.Ordinal)
            ? BigInteger.Parse($"0{digits[2..]}", NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : BigInteger.Parse(digits, CultureInfo.InvariantCulture);
        return isNegative ? -magnitude : magnitude;
    }
}
