using System.Text;
using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>The answers of several nodes to one call, and the one that enough of them gave.</summary>
internal sealed class QuorumVote(string method, int required)
{
    private readonly RpcDialect _dialect = RpcDialect.Of(method);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private JsonRpcResponse? _refusal;

    public string Method => method;

    /// <summary>The answer that enough nodes gave; null as long as there is none.</summary>
    public JsonRpcResponse? Winner { get; private set; }

    public int Answers { get; private set; }

    public void Add(JsonRpcResponse response)
    {
        Answers++;
        if (_dialect.IsSend(method))
        {
            // One node that takes it is enough; an error counts only when nobody does. That it is known is the best of them.
            Winner ??= response.Error is null ? response : null;
            if (_refusal is null || (response.Error is { } refusal && _dialect.MeaningOf(refusal) == RpcErrorMeaning.AlreadyKnown))
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

    private string KeyOf(JsonRpcResponse response)
    {
        if (response.Error is { } error)
        {
            return $"error {_dialect.ComparableError(error)}";
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

    private void Append(StringBuilder key, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                key.Append('{');
                foreach (var property in value.EnumerateObject().Where(property => _dialect.IsCompared(property.Name) && property.Value.ValueKind != JsonValueKind.Null).OrderBy(property => property.Name, StringComparer.Ordinal))
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
                key.Append('"').Append(_dialect.Comparable(value.GetString()!)).Append('"');
                break;
            default:
                key.Append(value.GetRawText()).Append(',');
                break;
        }
    }
}
