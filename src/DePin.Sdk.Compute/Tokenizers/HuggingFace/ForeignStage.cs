using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Cuts at the matches of an unknown regular expression.</summary>
internal sealed class ForeignStage(ForeignPattern pattern, MatchBehavior behavior, bool inverts) : CuttingStage
{
    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<char> word, int offset, List<(int Start, int Length)> parts)
    {
        List<(int Start, int Length)> matches = [];
        pattern.FindAll(word, matches);
        var sink = new MatchSink(behavior, inverts, offset, parts);
        int from = 0;
        foreach (var (start, length) in matches)
        {
            sink.Add(from, start - from, isMatch: false);
            sink.Add(start, length, isMatch: true);
            from = start + length;
        }

        sink.Add(from, word.Length - from, isMatch: false);
        sink.Finish();
    }
}
