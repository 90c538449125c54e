using System.Text;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Turns tokens into text one by one, never cutting a character: its bytes are held until they are complete.</summary>
/// <remarks>Bytes that cannot become a character come out as U+FFFD. Not thread-safe.</remarks>
public sealed class StreamingDetokenizer
{
    private readonly Tokenizer _tokenizer;
    private readonly Decoder _decoder = new UTF8Encoding(false, false).GetDecoder();
    private char[] _characters = new char[64];
    private bool _stripsSpace;

    /// <summary>Creates a detokenizer.</summary>
    /// <param name="tokenizer">The tokenizer whose tokens come in.</param>
    /// <param name="startsText">
    /// Whether the first token begins a text, so that a space that encoding put in front is taken away; false for generated tokens,
    /// which continue a prompt.
    /// </param>
    public StreamingDetokenizer(Tokenizer tokenizer, bool startsText = false)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        _tokenizer = tokenizer;
        _stripsSpace = startsText && tokenizer.AddsSpacePrefix;
    }

    /// <summary>Adds a token.</summary>
    /// <param name="token">The token; control tokens have no text.</param>
    /// <returns>The characters that are complete now; often empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public string Append(int token)
    {
        var characters = AppendCharacters(token);
        return characters.IsEmpty ? "" : new string(characters);
    }

    /// <summary>Ends the text.</summary>
    /// <returns>U+FFFD when bytes of an unfinished character were held, else nothing.</returns>
    public string Finish() => new(Decode([], flush: true));

    /// <summary>Adds a token; the characters are valid until the next one is added, and nothing is allocated for them.</summary>
    internal ReadOnlySpan<char> AppendCharacters(int token)
    {
        var bytes = _tokenizer.GetBytes(token);
        if (_stripsSpace && !bytes.IsEmpty)
        {
            _stripsSpace = false;
            bytes = bytes[0] == (byte)' ' ? bytes[1..] : bytes;
        }

        // Encoding puts a space in front of what follows a marker too.
        _stripsSpace |= _tokenizer.AddsSpaceAfterMarkers && _tokenizer.IsBoundary(token);

        return Decode(bytes, flush: false);
    }

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes, bool flush)
    {
        int most = Encoding.UTF8.GetMaxCharCount(bytes.Length + 4);
        if (_characters.Length < most)
        {
            _characters = new char[most];
        }

        int count = _decoder.GetChars(bytes, _characters, flush);
        return _characters.AsSpan(0, count);
    }
}
