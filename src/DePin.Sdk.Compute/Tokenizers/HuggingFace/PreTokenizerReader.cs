using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Reads <c>pre_tokenizer</c>.</summary>
internal sealed class PreTokenizerReader
{
    private const int MostStages = 64;

    private static readonly CharacterSet SpaceSet = new("", CodePointClass.Space);
    private static readonly CharacterSet WordSet = new(
        "", CodePointClass.Letter | CodePointClass.Mark | CodePointClass.Digit | CodePointClass.Connector);

    private static readonly CharacterSet SignSet = new(
        "", CodePointClass.Letter | CodePointClass.Mark | CodePointClass.Digit | CodePointClass.Connector | CodePointClass.Space, isNegated: true);

    private readonly List<WordStage> _stages = [];

    /// <summary>Whether text becomes bytes.</summary>
    public bool IsByteLevel { get; private set; }

    /// <summary>Whether the words come as a character for each byte.</summary>
    public bool IsMapped { get; private set; }

    /// <summary>Whether only the word that begins a text gets a space in front.</summary>
    public bool PrefixesOnlyFirst { get; private set; }

    /// <summary>Reads all.</summary>
    public PreTokenizer Read(JsonPlace root)
    {
        if (root.TryGet("pre_tokenizer", out var place))
        {
            Add(place, isLast: true);
        }

        return new PreTokenizer([.. _stages]);
    }

    private void Add(JsonPlace place, bool isLast)
    {
        string type = place.Text("type");
        if (_stages.Count >= MostStages)
        {
            throw place.Error($"There are more than {MostStages} pre-tokenizers.");
        }

        switch (type)
        {
            case "Sequence":
                var items = place.Get("pretokenizers").Items().ToList();
                for (int i = 0; i < items.Count; i++)
                {
                    Add(items[i], isLast && i == items.Count - 1);
                }

                break;
            case "ByteLevel":
                AddByteLevel(place, isLast);
                break;
            case "Split":
                AddSplit(place);
                break;
            case "Digits":
                Cut(new RunPattern(CharacterSets.Numbers, most: place.Flag("individual_digits", false) ? 1 : int.MaxValue));
                break;
            case "Punctuation":
                _stages.Add(new PatternStage(new RunPattern(CharacterSets.AnyPunctuation, most: 1), Behavior(place)));
                break;
            case "Metaspace":
                AddMetaspace(place);
                break;
            case "Whitespace":
                Cut(new RunPattern(SpaceSet), MatchBehavior.Removed);
                Cut(new AnyOfPattern(new RunPattern(WordSet), new RunPattern(SignSet)));
                break;
            case "WhitespaceSplit":
                Cut(new RunPattern(SpaceSet), MatchBehavior.Removed);
                break;
            case "BertPreTokenizer":
                Cut(new RunPattern(SpaceSet), MatchBehavior.Removed);
                Cut(new RunPattern(CharacterSets.AnyPunctuation, most: 1));
                break;
            case "CharDelimiterSplit":
                Cut(new TextPattern(NotEmpty(place.Get("delimiter"))), MatchBehavior.Removed);
                break;
            default:
                throw place.Error($"The pre-tokenizer '{type}' is not supported.");
        }
    }

    private void AddByteLevel(JsonPlace place, bool isLast)
    {
        IsByteLevel = true;
        if (place.Flag("add_prefix_space", true))
        {
            _stages.Add(new SpacePrefixStage(' ', SpacePrefix.Always));
        }

        if (place.Flag("use_regex", true))
        {
            Cut(new Gpt2Pattern());
        }

        if (!isLast && !IsMapped)
        {
            IsMapped = true;
            _stages.Add(new ByteMappingStage());
        }
    }

    private void AddSplit(JsonPlace place)
    {
        var pattern = place.Get("pattern");
        var behavior = Behavior(place);
        bool inverts = place.Flag("invert", false);
        if (pattern.TryGet("String", out var text))
        {
            _stages.Add(new PatternStage(new TextPattern(NotEmpty(text)), behavior, inverts));
            return;
        }

        var regex = pattern.Get("Regex");
        _stages.Add(regex.Text() switch
        {
            @"\s+$" when behavior == MatchBehavior.Isolated && !inverts => new TrailingSpaceStage(),
            @"\d{1,3}(?=(?:\d{3})*\b)" when behavior == MatchBehavior.Isolated && !inverts => new DigitGroupStage(CodePointClass.Digit, needsBoundary: true),
            @"(?=(\d{3})+(?!\d))" when behavior == MatchBehavior.Isolated && !inverts => new DigitGroupStage(CodePointClass.Digit, isIsolated: false),
            var expression when KnownPatterns.Find(expression) is { } known => new PatternStage(known, behavior, inverts),
            _ => new ForeignStage(new ForeignPattern(regex), behavior, inverts),
        });
    }

    private void AddMetaspace(JsonPlace place)
    {
        string sign = place.OptionalText("replacement") ?? "▁";
        if (sign.Length != 1)
        {
            throw place.Error("The replacement must be one character.");
        }

        var prefix = place.OptionalText("prepend_scheme") switch
        {
            null => place.Flag("add_prefix_space", true) ? SpacePrefix.Always : SpacePrefix.Never,
            "always" => SpacePrefix.Always,
            "first" => SpacePrefix.First,
            "never" => SpacePrefix.Never,
            var other => throw place.Error($"The scheme '{other}' is not known."),
        };
        PrefixesOnlyFirst = prefix == SpacePrefix.First;
        _stages.Add(new SpacePrefixStage(sign[0], prefix));
        if (place.Flag("split", true))
        {
            Cut(new TextPattern(sign), MatchBehavior.MergedWithNext);
        }
    }

    private void Cut(WordPattern pattern, MatchBehavior behavior = MatchBehavior.Isolated) => _stages.Add(new PatternStage(pattern, behavior));

    private static string NotEmpty(JsonPlace text) => text.Text().Length > 0 ? text.Text() : throw text.Error("The text to cut at is empty.");

    private static MatchBehavior Behavior(JsonPlace place) => place.OptionalText("behavior") switch
    {
        null or "Isolated" => MatchBehavior.Isolated,
        "Removed" => MatchBehavior.Removed,
        "MergedWithPrevious" => MatchBehavior.MergedWithPrevious,
        "MergedWithNext" => MatchBehavior.MergedWithNext,
        "Contiguous" => MatchBehavior.Contiguous,
        var other => throw place.Error($"The behavior '{other}' is not known."),
    };
}
