using System.Text;
using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Writes a character for each byte, for steps that come after it.</summary>
internal sealed class ByteMappingStage : WordStage
{
    /// <inheritdoc/>
    public override void Apply(PreTokens tokens)
    {
        var changed = tokens.Begin();
        var text = tokens.Text;
        char[] buffer = new char[Encoding.UTF8.GetMaxByteCount(text.Length)];
        byte[] bytes = new byte[buffer.Length];
        int end = 0;
        foreach (var (start, length) in tokens.Words)
        {
            int count = Encoding.UTF8.GetBytes(text.Slice(start, length), bytes);
            changed.Add((end, count));
            foreach (byte b in bytes.AsSpan(0, count))
            {
                buffer[end++] = ByteAlphabet.ToChar(b);
            }
        }

        tokens.Replace(buffer, end);
    }
}
