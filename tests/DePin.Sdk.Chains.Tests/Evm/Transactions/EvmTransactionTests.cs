using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Tests.Cryptography;

namespace DePin.Sdk.Chains.Tests.Evm.Transactions;

public class EvmTransactionTests
{
    private static readonly (string Name, EvmTransactionType Type, bool WithChain)[] Forms =
    [
        ("Legacy", EvmTransactionType.Legacy, false),
        ("Eip155", EvmTransactionType.Legacy, true),
        ("Berlin", EvmTransactionType.AccessList, true),
        ("London", EvmTransactionType.DynamicFee, true),
    ];

    private static readonly string[] Forks = ["Prague", "Cancun", "Shanghai", "Paris", "Merge", "London", "Berlin", "Istanbul"];

    [Fact]
    public void Encode_EthersVectors_Match()
    {
        int count = 0;
        foreach (var test in EvmVectors.Load("ethers-transactions.json.gz").EnumerateArray())
        {
            foreach (var (name, type, withChain) in Forms)
            {
                if (Build(test.GetProperty("transaction"), type, withChain) is not { } transaction)
                {
                    continue;
                }

                Assert.Equal(EvmVectors.Bytes(test.GetProperty("unsigned" + name)), transaction.SigningPayload());

                var expected = EvmVectors.Bytes(test.GetProperty("signed" + name));
                var signed = SignedEvmTransaction.Decode(expected);
                Assert.Equal(transaction.SigningHash(), signed.Transaction.SigningHash());
                Assert.Equal(expected, transaction.Sign(signed.Signature).Encoded.ToArray());

                // ethers.js signs deterministically (RFC 6979), so the same key gives the same bytes.
                var key = EvmVectors.Bytes(test.GetProperty("privateKey"));
                Assert.Equal(signed.Signature, EvmSignature.Sign(key, transaction.SigningHash()));
                if (count % 16 == 0)
                {
                    Assert.Equal(EvmAddress.FromPublicKey(Secp256k1.GetPublicKey(key)), signed.RecoverSender());
                }

                count++;
            }
        }

        Assert.True(count > 2_500, $"only {count}");
    }

    [Fact]
    public void Decode_EthereumTransactionTests_AcceptsValidAndRejectsInvalid()
    {
        var wrong = new List<string>();
        foreach (var (name, bytes, result) in EthereumTests())
        {
            var exception = result.TryGetProperty("exception", out var text) ? text.GetString()!.Split('.')[^1] : null;
            try
            {
                var signed = SignedEvmTransaction.Decode(bytes);
                bool otherChain = signed.Transaction.ChainId is not (null or 1);
                bool refused = exception switch
                {
                    // These are the chain's to judge, not the form's.
                    "INVALID_CHAINID" => otherChain,
                    "INTRINSIC_GAS_TOO_LOW" => signed.Transaction.GasLimit < signed.Transaction.IntrinsicGas(),
                    "INITCODE_SIZE_EXCEEDED" => signed.Transaction is { To: null, Data.Length: > 49_152 },
                    "EC_RECOVERY_FAIL" => Throws(signed),
                    null => signed.Hash != Hash32.Parse(result.GetProperty("hash").GetString()!)
                        || signed.RecoverSender() != EvmAddress.Parse(result.GetProperty("sender").GetString()!),
                    _ => false,
                };
                if (refused != exception is not null)
                {
                    wrong.Add($"{name}: {exception}");
                }
            }
            catch (EvmFormatException problem)
            {
                if (exception is null)
                {
                    wrong.Add($"{name}: {problem.Message}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void Decode_MutatedInput_GivesTypedErrorOrTheOneCanonicalForm()
    {
        var valid = EvmVectors.Load("ethers-transactions.json.gz").EnumerateArray().Take(100)
            .SelectMany(test => Forms.Select(form => EvmVectors.Bytes(test.GetProperty("signed" + form.Name)))).ToArray();
        var random = new Random(3);
        for (int i = 0; i < 100_000; i++)
        {
            var input = EvmVectors.Mutate(random, valid[random.Next(valid.Length)]);
            try
            {
                var signed = SignedEvmTransaction.Decode(input);
                Assert.Equal(input, signed.Transaction.Sign(signed.Signature).Encoded.ToArray());
            }
            catch (EvmFormatException problem)
            {
                Assert.InRange(problem.Offset, 0, input.Length);
            }
        }
    }

    [Fact]
    public void Sign_PropertiesOfAnotherForm_Throws()
    {
        var transaction = new EvmTransaction { ChainId = 1, Nonce = 0, GasLimit = 21_000, MaxFeePerGas = 10 };
        Assert.Throws<InvalidOperationException>(() => (transaction with { ChainId = null }).SigningHash());
        Assert.Throws<InvalidOperationException>(() => (transaction with { MaxPriorityFeePerGas = 11 }).SigningHash());
        Assert.Throws<InvalidOperationException>(() => (transaction with { Type = EvmTransactionType.AccessList, MaxPriorityFeePerGas = 1 }).SigningHash());
        Assert.Throws<InvalidOperationException>(() => (transaction with { Type = EvmTransactionType.Legacy, ChainId = ulong.MaxValue / 2 }).SigningHash());
        Assert.Throws<InvalidOperationException>(() => (transaction with { Type = EvmTransactionType.Legacy, AccessList = [new(EvmAddress.Zero, [])] }).SigningHash());
        Assert.Throws<InvalidOperationException>(() => (transaction with { Type = (EvmTransactionType)3 }).SigningHash());
    }

    [Fact]
    public void IntrinsicGas_CountsWhatTheForksCount()
    {
        var transaction = new EvmTransaction { ChainId = 1, Nonce = 0, GasLimit = 0, MaxFeePerGas = 0, To = EvmAddress.Zero };
        Assert.Equal(21_000UL, transaction.IntrinsicGas());
        // EIP-7623: the floor of 10 a token is above 4 a token.
        Assert.Equal(21_000UL + 10 + 40, (transaction with { Data = new byte[] { 0, 1 } }).IntrinsicGas());
        Assert.Equal(21_000UL + 32_000 + 4 + 16 + 2, (transaction with { To = null, Data = new byte[] { 0, 1 } }).IntrinsicGas());
        Assert.Equal(21_000UL + 2_400 + 1_900, (transaction with { AccessList = [new(EvmAddress.Zero, [default])] }).IntrinsicGas());
    }

    /// <summary>The gathered tests, and every file of the whole set where it is beside the repository.</summary>
    private static IEnumerable<(string Name, byte[] Encoded, JsonElement Result)> EthereumTests()
    {
        foreach (var test in EvmVectors.Load("transaction-tests.json.gz").EnumerateObject())
        {
            yield return (test.Name, EvmVectors.Bytes(test.Value.GetProperty("txbytes")), test.Value.GetProperty("result"));
        }

        foreach (var file in VectorFiles.WholeFolder("ethereum+tests", "TransactionTests"))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var test in document.RootElement.EnumerateObject())
            {
                var results = test.Value.GetProperty("result");
                var fork = Forks.First(fork => results.TryGetProperty(fork, out _));
                yield return (Path.GetFileName(file), EvmVectors.Bytes(test.Value.GetProperty("txbytes")), results.GetProperty(fork));
            }
        }
    }

    private static bool Throws(SignedEvmTransaction signed)
    {
        Assert.Equal(DePinErrorCode.InvalidSignature, Assert.Throws<DePinException>(() => signed.RecoverSender()).Code);
        return true;
    }

    private static EvmTransaction? Build(JsonElement source, EvmTransactionType type, bool withChain)
    {
        UInt256 Number(string name) => !source.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null ? UInt256.Zero
            : element.ValueKind == JsonValueKind.Number ? element.GetUInt64()
            : element.GetString() is "0x" ? UInt256.Zero : UInt256.Parse(element.GetString()!);
        var transaction = new EvmTransaction
        {
            Type = type,
            ChainId = !withChain ? null : source.TryGetProperty("chainId", out _) ? (ulong)Number("chainId") : type == EvmTransactionType.Legacy ? 0UL : 1UL,
            Nonce = (ulong)Number("nonce"),
            GasLimit = (ulong)Number("gasLimit"),
            MaxFeePerGas = Number(type == EvmTransactionType.DynamicFee ? "maxFeePerGas" : "gasPrice"),
            MaxPriorityFeePerGas = type == EvmTransactionType.DynamicFee ? Number("maxPriorityFeePerGas") : UInt256.Zero,
            To = source.TryGetProperty("to", out var to) && to.GetString() is { Length: > 2 } recipient ? EvmAddress.Parse(recipient) : null,
            Value = Number("value"),
            Data = source.TryGetProperty("data", out var data) && data.GetString() is { } hex ? Hex.Decode(hex) : default,
            AccessList = type == EvmTransactionType.Legacy || !source.TryGetProperty("accessList", out var list) || list.ValueKind != JsonValueKind.Array ? [] :
                [.. list.EnumerateArray().Select(entry => new AccessListEntry(
                    EvmAddress.Parse(entry.GetProperty("address").GetString()!),
                    [.. entry.GetProperty("storageKeys").EnumerateArray().Select(key => Hash32.Parse(key.GetString()!))]))],
        };

        // Vectors without a chain mean 1 in typed form. In legacy form they sign for chain 0, which is none; nor do we write a tip above the maximum fee.
        return transaction.MaxPriorityFeePerGas > transaction.MaxFeePerGas || transaction is { Type: EvmTransactionType.Legacy, ChainId: 0 } ? null : transaction;
    }
}
