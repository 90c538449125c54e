namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Alternatives; the first that matches counts.</summary>
internal sealed class AnyOfPattern(params WordPattern[] alternatives) : WordPattern
{
    /// <inheritdoc/>
    public override int Match(ReadOnlySpan<char> text, int at)
    {
        foreach (var alternative in alternatives)
        {
            int length = alternative.Match(text, at);
            if (length > 0)
            {
                return length;
            }
        }

        return 0;
    }
}
