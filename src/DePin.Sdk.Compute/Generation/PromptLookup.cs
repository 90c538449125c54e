namespace DePin.Sdk.Compute.Generation;

/// <summary>Guesses that what followed the last tokens once follows them again.</summary>
internal sealed class PromptLookup : IDrafter
{
    private const int LongestPattern = 4;
    private const int ShortestPattern = 2;

    public void Draft(List<GenerationSequence> sequences)
    {
        foreach (var sequence in sequences)
        {
            if (sequence.Drafts is { Wanted: > 0 } drafts)
            {
                Draft(sequence.AllTokens, drafts);
            }
        }
    }

    public void Forget(GenerationSequence sequence)
    {
    }

    public void Dispose()
    {
    }

    private static void Draft(ReadOnlySpan<int> tokens, DraftState drafts)
    {
        for (int length = Math.Min(LongestPattern, tokens.Length - 1); length >= ShortestPattern; length--)
        {
            // The latest place, because answers go on from what was said last; but not the end itself.
            int at = tokens[..^1].LastIndexOf(tokens[^length..]);
            if (at < 0)
            {
                continue;
            }

            foreach (int token in tokens.Slice(at + length, Math.Min(drafts.Wanted, tokens.Length - at - length)))
            {
                drafts.Add(token);
            }

            return;
        }
    }
}
