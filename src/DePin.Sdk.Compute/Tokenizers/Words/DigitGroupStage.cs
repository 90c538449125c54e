namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Cuts numbers into groups of three counted from their end, such as 1, 234, 567.</summary>
/// <param name="digits">What a digit is.</param>
/// <param name="isIsolated">Whether a number is also cut from what is beside it.</param>
/// <param name="needsBoundary">Whether only numbers are cut that do not go on as a word: <c>\d{1,3}(?=(?:\d{3})*\b)</c>.</param>
internal sealed class DigitGroupStage(CodePointClass digits, bool isIsolated = true, bool needsBoundary = false) : CuttingStage
{
    private const CodePointClass Word = CodePointClass.Letter | CodePointClass.Mark | CodePointClass.Digit | CodePointClass.Connector;

    /// <inheritdoc/>
    protected override void Cut(ReadOnlySpan<char> word, int offset, List<(int Start, int Length)> parts)
    {
        int start = 0;
        for (int at = 0; at < word.Length;)
        {
            if ((CodePoints.At(word, at, out int length) & digits) == 0)
            {
                at += length;
                continue;
            }

            int left = 0;
            int end = at;
            for (; end < word.Length && (CodePoints.At(word, end, out length) & digits) != 0; left++)
            {
                end += length;
            }

            if (needsBoundary && (CodePoints.AtOrNone(word, end) & Word) != 0)
            {
                at = end;
                continue;
            }

            bool cuts = isIsolated;
            for (; at < end; at += length, left--, cuts = false)
            {
                if ((cuts || left % 3 == 0) && at > start)
                {
                    parts.Add((offset + start, at - start));
                    start = at;
                }

                CodePoints.Value(word, at, out length);
            }

            if (isIsolated)
            {
                parts.Add((offset + start, end - start));
                start = end;
            }
        }

        if (start < word.Length)
        {
            parts.Add((offset + start, word.Length - start));
        }
    }
}
