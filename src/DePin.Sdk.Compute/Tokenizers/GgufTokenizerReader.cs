using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Reads the tokenizer of a GGUF file.</summary>
internal static class GgufTokenizerReader
{
    private const uint AbsentId = uint.MaxValue;
    private const string ModelKey = "tokenizer.ggml.model";
    private const string TokensKey = "tokenizer.ggml.tokens";
    private const string MergesKey = "tokenizer.ggml.merges";
    private const string ScoresKey = "tokenizer.ggml.scores";

    public static Tokenizer Read(GgufFile file)
    {
        var metadata = file.Metadata;
        if (!metadata.TryGetString(ModelKey, out string? model))
        {
            throw new ModelFormatException("The file has no tokenizer.", -1, ModelKey);
        }

        return model switch
        {
            "llama" => ReadSpm(metadata),
            "gpt2" or "gemma4" => ReadBpe(metadata, model),
            "bert" => ReadWordPiece(metadata),
            _ => throw new ModelFormatException(
                $"The tokenizer '{model}' is not supported; llama, gpt2, gemma4 and bert are.", metadata.OffsetOf(ModelKey), ModelKey),
        };
    }

    private static SpmTokenizer ReadSpm(GgufMetadata metadata)
    {
        var vocabulary = ReadVocabulary(metadata, "<s>", "</s>", "<unk>");
        if (!metadata.TryGetNumbers(ScoresKey, out float[]? scores))
        {
            throw new ModelFormatException("The tokenizer has no scores.", -1, ScoresKey);
        }

        if (scores.Length != vocabulary.Pieces.Length)
        {
            throw new ModelFormatException(
                $"There are {scores.Length} scores for {vocabulary.Pieces.Length} tokens.", metadata.OffsetOf(ScoresKey), ScoresKey);
        }

        int missing = Array.IndexOf(BytePieces.Find(vocabulary), -1);
        if (vocabulary.Unknown is null && missing >= 0)
        {
            throw new ModelFormatException(
                $"The tokenizer has neither a token for byte 0x{missing:X2} nor one for the unknown.", metadata.OffsetOf(TokensKey), TokensKey);
        }

        bool addsSpace = Flag(metadata, "tokenizer.ggml.add_space_prefix", true);
        return new SpmTokenizer(vocabulary, scores, Ends(metadata, addsBos: true, addsEos: false))
        {
            AddsSpacePrefix = addsSpace,
            AddsSpaceAfterMarkers = addsSpace,
            RemovesExtraSpaces = Flag(metadata, "tokenizer.ggml.remove_extra_whitespaces", false),
        };
    }

    private static BpeTokenizer ReadBpe(GgufMetadata metadata, string model)
    {
        const string PreKey = "tokenizer.ggml.pre";
        string name = model == "gemma4" ? model : metadata.TryGetString(PreKey, out string? pre) && pre.Length > 0 ? pre : "default";
        var family = PreTokenizerFamilies.Find(name) ??
            throw new ModelFormatException($"The pre-tokenizer '{name}' is not known.", metadata.OffsetOf(PreKey), PreKey);
        var vocabulary = ReadVocabulary(metadata, null, null, null);
        if (!metadata.TryGetStrings(MergesKey, out string[]? lines))
        {
            throw new ModelFormatException("The tokenizer has no merges.", -1, MergesKey);
        }

        var merges = new BpeMerges(vocabulary);
        for (int i = 0; i < lines.Length; i++)
        {
            int space = lines[i].IndexOf(' ', Math.Min(1, lines[i].Length));
            if (space < 0 || space == lines[i].Length - 1)
            {
                throw new ModelFormatException($"Merge {i} does not name two tokens.", metadata.OffsetOf(MergesKey), MergesKey);
            }

            merges.Add(lines[i].AsSpan(0, space), lines[i].AsSpan(space + 1));
        }

        // A file of this family is wrong when it says that prompts do not begin with the begin token.
        bool addsBos = family.AddsBosByDefault || name == "gemma4";
        var ends = Ends(metadata, addsBos, addsEos: false);
        return new BpeTokenizer(
            vocabulary, merges, family.PreTokenizer, name == "gemma4" ? ends with { AddsBegin = true } : ends, family.IsCharacterLevel)
        {
            Normalizer = family.IsCharacterLevel ? new ReplaceNormalizer(" ", "▁") : null,
            PrefersWholeWords = family.PrefersWholeWords,
            PrefersWholeLines = name == "gemma4",
        };
    }

    private static WordPieceTokenizer ReadWordPiece(GgufMetadata metadata)
    {
        var vocabulary = ReadVocabulary(metadata, "[CLS]", "[SEP]", "[UNK]");
        if (vocabulary.Unknown is null)
        {
            throw new ModelFormatException("The tokenizer has no token for the unknown.", -1, "tokenizer.ggml.unknown_token_id");
        }

        bool lowers = Flag(metadata, "tokenizer.ggml.normalizer.lowercase", true);
        return new WordPieceTokenizer(vocabulary, Ends(metadata, addsBos: true, addsEos: true))
        {
            Normalizer = new BertNormalizer
            {
                Lowers = lowers,
                StripsAccents = Flag(metadata, "tokenizer.ggml.normalizer.strip_accents", lowers),
            },
        };
    }

    private static SequenceEnds Ends(GgufMetadata metadata, bool addsBos, bool addsEos) => new(
        Flag(metadata, "tokenizer.ggml.add_bos_token", addsBos),
        Flag(metadata, "tokenizer.ggml.add_eos_token", addsEos) || Flag(metadata, "tokenizer.ggml.add_sep_token", addsEos));

    private static bool Flag(GgufMetadata metadata, string key, bool absent) => metadata.TryGetBoolean(key, out bool value) ? value : absent;

    private static Vocabulary ReadVocabulary(GgufMetadata metadata, string? beginName, string? endName, string? unknownName)
    {
        if (!metadata.TryGetStrings(TokensKey, out string[]? pieces) || pieces.Length == 0)
        {
            throw new ModelFormatException("The file has no tokens.", -1, TokensKey);
        }

        var kinds = ReadKinds(metadata, pieces);
        int? Id(string key, string? name) =>
            ReadId(metadata, key, pieces.Length) ?? (name is not null && Array.IndexOf(pieces, name) is var id and >= 0 ? id : null);
        bool isMasked = beginName == "[CLS]";
        int? begin = isMasked ? Id("tokenizer.ggml.cls_token_id", null) : null;
        int? end = isMasked ? Id("tokenizer.ggml.seperator_token_id", null) : null;
        begin ??= Id("tokenizer.ggml.bos_token_id", beginName);
        end ??= Id("tokenizer.ggml.eos_token_id", endName);
        List<int> ends = [];
        foreach (string key in (ReadOnlySpan<string>)["tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"])
        {
            if (Id(key, null) is { } id)
            {
                ends.Add(id);
            }
        }

        VocabularyRepair.MarkControls(pieces, kinds, [begin, end, .. ends]);
        return new Vocabulary(pieces, kinds)
        {
            BeginOfSequence = begin,
            EndOfSequence = end,
            Unknown = Id("tokenizer.ggml.unknown_token_id", unknownName),
            Ends = ends,
            Markers = ReadMarkers(metadata, pieces, kinds),
        };
    }

    /// <summary>The files do not say which markers take spaces; these models' markers do.</summary>
    private static Dictionary<int, MarkerOptions>? ReadMarkers(GgufMetadata metadata, string[] pieces, TokenKind[] kinds)
    {
        string Text(string key) => metadata.TryGetString(key, out string? value) ? value : "";
        string name = Text("general.name");
        string pre = Text("tokenizer.ggml.pre");
        var markers = new Dictionary<int, MarkerOptions>();
        if (pre is "jina-v2-de" or "jina-v2-es" or "jina-v2-code")
        {
            Add("<mask>");
        }
        else if (name.Contains("phi-3", StringComparison.OrdinalIgnoreCase) || name.Contains("phi3", StringComparison.OrdinalIgnoreCase))
        {
            for (int i = 0; i < pieces.Length; i++)
            {
                if (kinds[i] is TokenKind.Control or TokenKind.UserDefined or TokenKind.Unknown && pieces[i] is not ("<unk>" or "<s>" or "<|endoftext|>"))
                {
                    markers.Add(i, new MarkerOptions(false, true));
                }
            }
        }
        else if (name.Contains("modern-bert", StringComparison.OrdinalIgnoreCase))
        {
            Add("[MASK]");
        }

        return markers.Count > 0 ? markers : null;

        void Add(string piece)
        {
            if (Array.IndexOf(pieces, piece) is var id and >= 0)
            {
                markers.Add(id, new MarkerOptions(true, false));
            }
        }
    }

    private static TokenKind[] ReadKinds(GgufMetadata metadata, string[] pieces)
    {
        const string Key = "tokenizer.ggml.token_type";
        int count = pieces.Length;
        if (!metadata.TryGetIntegers(Key, out long[]? numbers))
        {
            // The first files of this format did not say.
            return Array.ConvertAll(pieces, static p => BytePieces.TryParse(p, out _) ? TokenKind.Byte : TokenKind.Normal);
        }

        if (numbers.Length != count)
        {
            throw new ModelFormatException($"There are {numbers.Length} token types for {count} tokens.", metadata.OffsetOf(Key), Key);
        }

        var kinds = new TokenKind[count];
        for (int i = 0; i < count; i++)
        {
            // 0 is what some converters write for tokens that they know nothing about.
            kinds[i] = numbers[i] switch
            {
                0 => TokenKind.Normal,
                >= 1 and <= 6 => (TokenKind)numbers[i],
                _ => throw new ModelFormatException($"Token {i} has the unknown type {numbers[i]}.", metadata.OffsetOf(Key), Key),
            };
        }

        return kinds;
    }

    private static int? ReadId(GgufMetadata metadata, string key, int count)
    {
        if (!metadata.TryGetInteger(key, out long id) || id == AbsentId || id == -1)
        {
            return null;
        }

        return id >= 0 && id < count
            ? (int)id
            : throw new ModelFormatException($"The token {id} is not among the {count} tokens.", metadata.OffsetOf(key), key);
    }
}
