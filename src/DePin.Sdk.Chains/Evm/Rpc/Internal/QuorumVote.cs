using System.Text;
using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>The answers of several nodes to one call, and the one that enough of them gave.</summary>
internal sealed class QuorumVote(string method, int required)
{
    /// <summary>What is read of blocks, transactions, receipts and logs. Nodes add more of their own, and leave null away or not.</summary>
    private static readonly HashSet<string> Compared = new(StringComparer.Ordinal)
    {
        "address", "baseFeePerGas", "blockHash", "blockNumber", "contractAddress", "data", "effectiveGasPrice", "from", "gas", "gasLimit", "gasUsed", "gasUsedRatio", "hash", "input", "l1Fee", "logIndex", "logs",
        "maxFeePerGas", "maxPriorityFeePerGas", "nonce", "number", "oldestBlock", "parentHash", "reward", "status", "timestamp", "to", "topics", "transactionHash", "transactionIndex", "value",
    };

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private JsonRpcResponse? _refusal;

    public string Method => method;

    /// <summary>The answer that enough nodes gave; null as long as there is none.</summary>
    public JsonRpcResponse? Winner { get; private set; }

    public int Answers { get; private set; }

    public void Add(JsonRpcResponse response)
    {
        Answers++;
        if (method == RpcMethods.SendRaw)
        {
            // One node that takes it is enough; an error counts only when nobody does. That it is known is the best of them.
            Winner ??= response.Error is null ? response : null;
            if (_refusal is null || (response.Error is { } refusal && EvmErrorClassifier.KindOf(refusal) == EvmRpcError.AlreadyKnown))
            {
                _refusal = response;
            }

            return;
        }

        string key = KeyOf(response);
        int count = _counts[key] = _counts.GetValueOrDefault(key) + 1;
        if (count >= required)
        {
            Winner ??= response;
        }
    }

    /// <summary>No more answers come: a transaction that no node took is refused.</summary>
    public void Close(bool mayHaveBeenReceived) => Winner ??= _refusal?.Error is { } error ? JsonRpcResponse.FromError(error, mayHaveBeenReceived) : null;

    private static string KeyOf(JsonRpcResponse response)
    {
        if (response.Error is { } error)
        {
            return $"error {EvmErrorClassifier.KindOf(error)} {Convert.ToHexString(EvmErrorClassifier.RevertData(error))}";
        }

        var key = new StringBuilder();
        try
        {
            Append(key, response.Result);
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair; no reader takes it either.
            return $"unreadable {Guid.NewGuid()}";
        }

        return key.ToString();
    }

    private static void Append(StringBuilder key, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                key.Append('{');
                foreach (var property in value.EnumerateObject().Where(property => Compared.Contains(property.Name) && property.Value.ValueKind != JsonValueKind.Null).OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    key.Append(property.Name).Append(':');
                    Append(key, property.Value);
                }

                key.Append('}');
                break;
            case JsonValueKind.Array:
                key.Append('[');
                foreach (var item in value.EnumerateArray())
                {
                    Append(key, item);
                }

                key.Append(']');
                break;
            case JsonValueKind.String:
                // Addresses come with or without the case of their checksum.
                key.Append('"').Append(value.GetString()!.ToLowerInvariant()).Append('"');
                break;
            default:
                key.Append(value.GetRawText()).Append(',');
                break;
        }
    }
}
