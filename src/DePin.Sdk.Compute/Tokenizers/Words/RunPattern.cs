namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>A run of characters of a set: <c>[set]+</c>, <c>[set]{least,most}</c>, or with a space in front, <c>\s?[set]+</c>.</summary>
internal sealed class RunPattern(CharacterSet set, int least = 1, int most = int.MaxValue, LeadingSpace lead = LeadingSpace.No) : WordPattern
{
    /// <inheritdoc/>
    public override int Match(ReadOnlySpan<char> text, int at)
    {
        int start = at;
        if (lead == LeadingSpace.Blank ? text[at] == ' ' : lead == LeadingSpace.Any && (CodePoints.At(text, at, out _) & CodePointClass.Space) != 0)
        {
            start++;
        }

        int end = Run(text, start);
        if (end < 0 && start > at)
        {
            // A set may itself contain the space.
            end = Run(text, at);
        }

        return end < 0 ? 0 : end - at;
    }

    private int Run(ReadOnlySpan<char> text, int at)
    {
        int count = 0;
        while (count < most && at < text.Length && set.Contains(text, at, out int length))
        {
            at += length;
            count++;
        }

        return count >= least ? at : -1;
    }
}
