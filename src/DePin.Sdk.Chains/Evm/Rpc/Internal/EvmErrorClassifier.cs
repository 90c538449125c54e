using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Tells what a node's error means. Nearly all of them share code -32000, so what counts is the message, which differs from node to node.</summary>
internal static class EvmErrorClassifier
{
    private const int MaxMessageLength = 300;

    /// <summary>Contracts deployed today can be 24 KiB, and what they revert with is bounded by gas alone.</summary>
    private const int MaxRevertBytes = 64 * 1024;

    // Looked for from the first on: what is specific stands before what is general.
    private static readonly (string Text, EvmRpcError Kind)[] Phrases =
    [
        ("already known", EvmRpcError.AlreadyKnown),
        ("alreadyknown", EvmRpcError.AlreadyKnown),
        ("already imported", EvmRpcError.AlreadyKnown),
        ("known transaction", EvmRpcError.AlreadyKnown),
        ("already in mempool", EvmRpcError.AlreadyKnown),
        ("nonce too low", EvmRpcError.NonceTooLow),
        ("noncetoolow", EvmRpcError.NonceTooLow),
        ("nonce is too low", EvmRpcError.NonceTooLow),
        ("nonce too old", EvmRpcError.NonceTooLow),
        ("oldnonce", EvmRpcError.NonceTooLow),
        ("old nonce", EvmRpcError.NonceTooLow),
        ("invalid transaction nonce", EvmRpcError.NonceTooLow),
        ("underpriced", EvmRpcError.Underpriced),
        ("fee too low", EvmRpcError.Underpriced),
        ("feetoolow", EvmRpcError.Underpriced),
        ("gas price too low", EvmRpcError.Underpriced),
        ("gas price below", EvmRpcError.Underpriced),
        ("less than block base fee", EvmRpcError.Underpriced),
        ("lower than the block base fee", EvmRpcError.Underpriced),
        ("less than the block's basefee", EvmRpcError.Underpriced),
        ("replacementnotallowed", EvmRpcError.Underpriced),
        ("insufficient funds", EvmRpcError.InsufficientFunds),
        ("insufficientfunds", EvmRpcError.InsufficientFunds),
        ("insufficient balance", EvmRpcError.InsufficientFunds),
        ("insufficient maxfeepergas for sender balance", EvmRpcError.InsufficientFunds),
        ("upfront cost exceeds", EvmRpcError.InsufficientFunds),
        ("doesn't have enough funds", EvmRpcError.InsufficientFunds),
        ("out of gas: not enough funds", EvmRpcError.InsufficientFunds),
        ("revert", EvmRpcError.Reverted),
        ("gas required exceeds allowance", EvmRpcError.Reverted),
        ("evm error", EvmRpcError.Reverted),
        ("invalid opcode", EvmRpcError.Reverted),
        ("opcode not found", EvmRpcError.Reverted),
        ("out of gas", EvmRpcError.Reverted),
        ("outofgas", EvmRpcError.Reverted),
        ("stack underflow", EvmRpcError.Reverted),
        ("stack overflow", EvmRpcError.Reverted),
        ("bad jump destination", EvmRpcError.Reverted),
        ("invalid jump", EvmRpcError.Reverted),
        ("rate limit", EvmRpcError.RateLimited),
        ("ratelimit", EvmRpcError.RateLimited),
        ("request count exceeded", EvmRpcError.RateLimited),
        ("too many requests", EvmRpcError.RateLimited),
        ("compute units per second", EvmRpcError.RateLimited),
        ("more than 10000 results", EvmRpcError.LimitExceeded),
        ("query returned more than", EvmRpcError.LimitExceeded),
        ("query exceeds max", EvmRpcError.LimitExceeded),
        ("block range", EvmRpcError.LimitExceeded),
        ("blocks range", EvmRpcError.LimitExceeded),
        ("response too large", EvmRpcError.LimitExceeded),
        ("response size", EvmRpcError.LimitExceeded),
        ("response is too big", EvmRpcError.LimitExceeded),
        ("batch too large", EvmRpcError.LimitExceeded),
        ("batch size", EvmRpcError.LimitExceeded),
        ("request too large", EvmRpcError.LimitExceeded),
        ("exceeds the limit", EvmRpcError.LimitExceeded),
        ("limit exceeded", EvmRpcError.LimitExceeded),
        ("unknown block", EvmRpcError.UnknownBlock),
        ("block not found", EvmRpcError.UnknownBlock),
        ("blocknotfound", EvmRpcError.UnknownBlock),
        ("header not found", EvmRpcError.UnknownBlock),
        ("header for hash not found", EvmRpcError.UnknownBlock),
        ("missing trie node", EvmRpcError.UnknownBlock),
        ("state not available", EvmRpcError.UnknownBlock),
        ("state is not available", EvmRpcError.UnknownBlock),
        ("historical state", EvmRpcError.UnknownBlock),
        ("blockoutofrange", EvmRpcError.UnknownBlock),
        ("blockoutofrangeerror", EvmRpcError.UnknownBlock),
        ("not currently canonical", EvmRpcError.UnknownBlock),
        ("does not exist/is not available", EvmRpcError.Unsupported),
        ("method not found", EvmRpcError.Unsupported),
        ("method not supported", EvmRpcError.Unsupported),
        ("request timed out", EvmRpcError.TimedOut),
        ("execution timeout", EvmRpcError.TimedOut),
        ("execution aborted (timeout", EvmRpcError.TimedOut),
    ];

    public static EvmRpcException ToException(string method, JsonRpcError error)
    {
        string message = Printable(error.Message);
        var data = RevertData(error.Data);
        var kind = KindOf(error, message, data);
        if (kind != EvmRpcError.Reverted)
        {
            return new EvmRpcException(kind, $"{method} failed: {message} (code {error.Code}).", error.Code);
        }

        var reason = RevertReason.Decode(data);
        string text = reason.Data.IsEmpty ? message : Printable(reason.ToString());
        return new EvmRpcException(kind, $"{method} was executed and failed: {text} (code {error.Code}).", error.Code, reason);
    }

    private static EvmRpcError KindOf(JsonRpcError error, string message, byte[] data)
    {
        // Code 3 is the agreed one for a revert with data; the words of its message are the contract's and prove nothing.
        if (error.Code == 3 || message.StartsWith("execution reverted", StringComparison.OrdinalIgnoreCase) || (data.Length > 0 && message.Contains("revert", StringComparison.OrdinalIgnoreCase)))
        {
            return EvmRpcError.Reverted;
        }

        foreach (var (text, kind) in Phrases)
        {
            if (message.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        // EIP-1474.
        return error.Code switch
        {
            -32001 => EvmRpcError.UnknownBlock,
            -32004 or -32601 => EvmRpcError.Unsupported,
            -32005 => EvmRpcError.LimitExceeded,
            429 => EvmRpcError.RateLimited,
            _ => EvmRpcError.Other,
        };
    }

    /// <summary>The data of a revert: a hexadecimal text, with "Reverted " before it in some nodes, or inside an object in others.</summary>
    private static byte[] RevertData(JsonElement? given)
    {
        if (given is not { } data)
        {
            return [];
        }

        if (data.ValueKind == JsonValueKind.Object && data.TryGetProperty("data"u8, out var inner))
        {
            data = inner;
        }

        if (data.ValueKind != JsonValueKind.String)
        {
            return [];
        }

        try
        {
            string text = data.GetString()!;
            int start = text.StartsWith("Reverted ", StringComparison.Ordinal) ? "Reverted ".Length : 0;
            return text.Length - start <= 2 + (2 * MaxRevertBytes) ? Hex.Decode(text[start..]) : [];
        }
        catch (Exception problem) when (problem is EvmFormatException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>What a node says ends up in logs: one line, and not too long.</summary>
    private static string Printable(string text)
    {
        var start = text.AsSpan(0, Math.Min(text.Length, MaxMessageLength));
        Span<char> clean = stackalloc char[start.Length];
        for (int i = 0; i < start.Length; i++)
        {
            clean[i] = char.IsControl(start[i]) || char.IsSurrogate(start[i]) || start[i] is '\u2028' or '\u2029' ? ' ' : start[i];
        }

        return start.Length < text.Length ? string.Concat(clean, "...") : new string(clean);
    }
}
