namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>Words of a node in messages of ours.</summary>
internal static class NodeText
{
    private const int MaxLength = 300;

    /// <summary>What a node says ends up in logs: one line, and not too long.</summary>
    public static string Printable(string text)
    {
        var start = text.AsSpan(0, Math.Min(text.Length, MaxLength));
        Span<char> clean = stackalloc char[start.Length];
        for (int i = 0; i < start.Length; i++)
        {
            clean[i] = char.IsControl(start[i]) || char.IsSurrogate(start[i]) || start[i] is '\u2028' or '\u2029' ? ' ' : start[i];
        }

        return start.Length < text.Length ? string.Concat(clean, "...") : new string(clean);
    }
}
