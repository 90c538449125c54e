using System.Text;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Reads <c>decoder</c>: what each token says.</summary>
internal sealed class DecoderReader
{
    private readonly List<Func<string, string>> _steps = [];
    private bool _isByteLevel;
    private bool _isFused;

    /// <summary>Whether a space at the beginning of a text is taken away.</summary>
    public bool StripsFirstSpace { get; private set; }

    /// <summary>Reads the bytes of all tokens.</summary>
    public byte[][] Read(JsonPlace root, Vocabulary vocabulary, bool isByteLevel)
    {
        _isByteLevel = isByteLevel;
        if (root.TryGet("decoder", out var place))
        {
            Add(place);
        }

        var bytes = TokenBytes.Decode(vocabulary, _isByteLevel ? TokenEncoding.Bytes : TokenEncoding.Characters);
        for (int i = 0; i < bytes.Length && !_isByteLevel; i++)
        {
            if (vocabulary.Kinds[i] is TokenKind.Normal)
            {
                bytes[i] = Encoding.UTF8.GetBytes(_steps.Aggregate(vocabulary.Pieces[i], static (text, step) => step(text)));
            }
        }

        return bytes;
    }

    private void Add(JsonPlace place)
    {
        string type = place.Text("type");
        switch (type)
        {
            case "Sequence":
                foreach (var item in place.Get("decoders").Items())
                {
                    Add(item);
                }

                break;
            case "ByteLevel":
                _isByteLevel = true;
                break;
            case "ByteFallback":
                break;
            case "Fuse":
                _isFused = true;
                break;
            case "Replace":
                var pattern = place.Get("pattern");
                string content = place.Text("content");
                if (pattern.TryGet("String", out var text))
                {
                    string from = text.Text().Length > 0 ? text.Text() : throw text.Error("The text to replace is empty.");
                    _steps.Add(t => t.Replace(from, content, StringComparison.Ordinal));
                }
                else
                {
                    var regex = new ForeignPattern(pattern.Get("Regex"));
                    _steps.Add(t => regex.Replace(t, content));
                }

                break;
            case "Strip":
                AddStrip(place);
                break;
            case "Metaspace":
                string sign = place.OptionalText("replacement") ?? "▁";
                if (sign.Length == 0)
                {
                    throw place.Error("The replacement is empty.");
                }

                _steps.Add(t => t.Replace(sign, " ", StringComparison.Ordinal));
                StripsFirstSpace = place.OptionalText("prepend_scheme") is { } scheme ? scheme != "never" : place.Flag("add_prefix_space", true);
                break;
            case "WordPiece":
                AddWordPiece(place);
                break;
            case "BPEDecoder":
                string suffix = place.OptionalText("suffix") ?? "</w>";
                _steps.Add(t => suffix.Length > 0 && t.EndsWith(suffix, StringComparison.Ordinal) ? t[..^suffix.Length] + " " : t);
                break;
            default:
                throw place.Error($"The decoder '{type}' is not supported.");
        }
    }

    private void AddStrip(JsonPlace place)
    {
        string content = place.Text("content");
        int start = place.TryGet("start", out var s) ? s.Integer(1_000) : 0;
        if (content.Length != 1 || (place.TryGet("stop", out var stop) && stop.Integer(1_000) > 0))
        {
            throw place.Error("Only a single character at the start can be stripped.");
        }

        if (_isFused)
        {
            StripsFirstSpace |= start == 1 && content == " ";
            return;
        }

        _steps.Add(t =>
        {
            int at = 0;
            while (at < start && at < t.Length && t[at] == content[0])
            {
                at++;
            }

            return t[at..];
        });
    }

    private void AddWordPiece(JsonPlace place)
    {
        string prefix = place.OptionalText("prefix") ?? "##";
        bool cleans = place.Flag("cleanup", true);
        StripsFirstSpace = true;
        _steps.Add(t => prefix.Length > 0 && t.StartsWith(prefix, StringComparison.Ordinal) ? t[prefix.Length..]
            : cleans && t is "." or "?" or "!" or "," ? t
            : " " + t);
    }
}
