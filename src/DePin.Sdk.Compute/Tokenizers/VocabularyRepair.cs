namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Makes markers of tokens that a file forgot to mark as such.</summary>
internal static class VocabularyRepair
{
    public static void MarkControls(string[] pieces, TokenKind[] kinds, ReadOnlySpan<int?> ids)
    {
        foreach (int? marker in ids)
        {
            if (marker is { } id && kinds[id] == TokenKind.Normal)
            {
                kinds[id] = TokenKind.Control;
            }
        }

        for (int i = 0; i < pieces.Length; i++)
        {
            if (kinds[i] == TokenKind.Normal && pieces[i] is ['<', '|' or '｜', .., '>'] or "<end_of_turn>" && MarkerNames.Ends.Contains(pieces[i]))
            {
                kinds[i] = TokenKind.Control;
            }
        }
    }
}
