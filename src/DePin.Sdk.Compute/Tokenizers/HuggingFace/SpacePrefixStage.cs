using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Writes a sign for blanks, and puts one in front of words.</summary>
/// <param name="sign">The sign; a blank when blanks stay.</param>
/// <param name="prefix">Which words get one in front that do not begin with one.</param>
internal sealed class SpacePrefixStage(char sign, SpacePrefix prefix) : WordStage
{
    /// <inheritdoc/>
    public override void Apply(PreTokens tokens)
    {
        var changed = tokens.Begin();
        var text = tokens.Text;
        char[] buffer = new char[text.Length + tokens.Words.Count];
        int end = 0;
        foreach (var (start, length) in tokens.Words)
        {
            var word = text.Slice(start, length);
            int begin = end;
            bool mayPrefix = tokens.Place != TextPlace.Inside || start > 0;
            bool isWanted = prefix == SpacePrefix.Always || (prefix == SpacePrefix.First && start == 0 && tokens.Place == TextPlace.Start);
            if (mayPrefix && isWanted && word[0] != sign && word[0] != ' ')
            {
                buffer[end++] = sign;
            }

            foreach (char c in word)
            {
                buffer[end++] = c == ' ' ? sign : c;
            }

            changed.Add((begin, end - begin));
        }

        tokens.Replace(buffer, end);
    }
}
