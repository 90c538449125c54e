namespace DePin.Sdk;

/// <summary>The character classes that CAIP-2, CAIP-10 and CAIP-19 share.</summary>
internal static class CaipText
{
    private const string Digits = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    private static readonly System.Buffers.SearchValues<char> NamespaceChars = System.Buffers.SearchValues.Create("-" + Digits + Lower);
    private static readonly System.Buffers.SearchValues<char> ChainChars = System.Buffers.SearchValues.Create("-_" + Digits + Lower + Upper);
    private static readonly System.Buffers.SearchValues<char> AddressChars = System.Buffers.SearchValues.Create("-.%" + Digits + Lower + Upper);

    public static bool TrySplit(string text, char separator, out ReadOnlySpan<char> left, out ReadOnlySpan<char> right)
    {
        int at = text.IndexOf(separator, StringComparison.Ordinal);
        left = at < 0 ? default : text.AsSpan(0, at);
        right = at < 0 ? default : text.AsSpan(at + 1);
        return at >= 0;
    }

    public static bool IsNamespace(ReadOnlySpan<char> text) => text.Length is >= 3 and <= 8 && !text.ContainsAnyExcept(NamespaceChars);

    public static bool IsChainReference(ReadOnlySpan<char> text) => text.Length is >= 1 and <= 32 && !text.ContainsAnyExcept(ChainChars);

    public static bool IsAddress(ReadOnlySpan<char> text) => text.Length is >= 1 and <= 128 && !text.ContainsAnyExcept(AddressChars);

    /// <summary>Keeps hostile input out of messages: at most 80 characters of it.</summary>
    public static string Shorten(string? text) => text switch
    {
        null => "(null)",
        { Length: <= 80 } => text,
        _ => string.Concat(text.AsSpan(0, 80), "…"),
    };
}
