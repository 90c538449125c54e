namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Cuts at the matches of a pattern; what lies between matches is one part.</summary>
internal sealed class PatternStage(WordPattern pattern, MatchBehavior behavior = MatchBehavior.Isolated, bool inverts = false) : CuttingStage
{
    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<char> word, int offset, List<(int Start, int Length)> parts)
    {
        var sink = new MatchSink(behavior, inverts, offset, parts);
        int gap = 0;
        for (int at = 0; at < word.Length;)
        {
            int length = pattern.Match(word, at);
            if (length == 0)
            {
                CodePoints.Value(word, at, out length);
                at += length;
                continue;
            }

            sink.Add(gap, at - gap, isMatch: false);
            sink.Add(at, length, isMatch: true);
            at += length;
            gap = at;
        }

        sink.Add(gap, word.Length - gap, isMatch: false);
        sink.Finish();
    }
}
