using System.Collections.Frozen;
using System.Text.Json;

namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Reads a tokenizer of the Hugging Face layout.</summary>
internal static class HuggingFaceTokenizerReader
{
    private const string TokenizerFile = "tokenizer.json";
    private const string ConfigFile = "tokenizer_config.json";
    private const int MostTokens = 1 << 22;
    private const int LongestFile = 1 << 28;

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="json">The content of <c>tokenizer.json</c>.</param>
    /// <param name="config">The content of <c>tokenizer_config.json</c>; empty when there is none.</param>
    /// <param name="endTokens">More tokens that end an answer.</param>
    /// <param name="vocabularySize">How many tokens there are, with those that the files do not name; 0 for just these.</param>
    public static Tokenizer Read(ReadOnlySpan<byte> json, ReadOnlySpan<byte> config, IReadOnlyList<int> endTokens, int vocabularySize)
    {
        if (json.Length > LongestFile || config.Length > LongestFile)
        {
            throw new ModelFormatException($"The file is longer than {LongestFile} bytes.", -1, null, json.Length > LongestFile ? TokenizerFile : ConfigFile);
        }

        var root = JsonPlace.Parse(json, TokenizerFile);
        var settings = TokenizerSettings.Read(root, config.IsEmpty ? null : JsonPlace.Parse(config, ConfigFile));
        var model = root.Get("model");
        string type = model.OptionalText("type") ?? (model.TryGet("merges", out _) ? "BPE" : "WordPiece");
        if (type is not ("BPE" or "WordPiece"))
        {
            throw model.Error($"The model '{type}' is not supported; BPE and WordPiece are.");
        }

        int most = vocabularySize > 0 ? vocabularySize : MostTokens;
        var added = AddedToken.ReadAll(root, most);
        var vocabulary = ReadVocabulary(model, added, settings, endTokens, vocabularySize, most);
        bool isByteLevel = false;
        var normalizer = root.TryGet("normalizer", out var place) ? NormalizerReader.Read(place, ref isByteLevel) : null;
        var words = new PreTokenizerReader();
        var preTokenizer = words.Read(root);
        isByteLevel |= words.IsByteLevel;
        var decoder = new DecoderReader();
        var bytes = decoder.Read(root, vocabulary, isByteLevel);
        var late = LateMarkers(added, vocabulary, normalizer);
        if (type == "WordPiece")
        {
            if (vocabulary.Unknown is null)
            {
                throw model.Error("The token for the unknown is missing.");
            }

            return new WordPieceTokenizer(vocabulary, settings.Ends, bytes)
            {
                Normalizer = normalizer,
                PreTokenizer = preTokenizer,
                FirstPrefix = "",
                InnerPrefix = model.OptionalText("continuing_subword_prefix") ?? "##",
                LongestWord = model.TryGet("max_input_chars_per_word", out var longest) ? longest.Integer(int.MaxValue) : 100,
                AddsSpacePrefix = decoder.StripsFirstSpace,
                LateMarkers = late,
            };
        }

        string inner = model.OptionalText("continuing_subword_prefix") ?? "";
        return new BpeTokenizer(vocabulary, ReadMerges(model, vocabulary, inner), preTokenizer, settings.Ends, !isByteLevel, bytes)
        {
            Normalizer = normalizer,
            PrefersWholeWords = model.Flag("ignore_merges", false),
            FallsBackToBytes = model.Flag("byte_fallback", false),
            FusesUnknown = model.Flag("fuse_unk", false),
            Affixes = (inner, model.OptionalText("end_of_word_suffix") ?? ""),
            IsMapped = words.IsMapped,
            AddsSpacePrefix = decoder.StripsFirstSpace,
            AddsSpaceAfterMarkers = decoder.StripsFirstSpace && !words.PrefixesOnlyFirst,
            LateMarkers = late,
        };
    }

    private static Vocabulary ReadVocabulary(
        JsonPlace model, List<AddedToken> added, TokenizerSettings settings, IReadOnlyList<int> endTokens, int vocabularySize, int most)
    {
        var table = model.Get("vocab");
        if (table.Element.ValueKind != JsonValueKind.Object)
        {
            throw table.Error($"A JSON object is wanted, not {table.Element.ValueKind}.");
        }

        List<(string Piece, int Id)> entries = [];
        foreach (var property in table.Element.EnumerateObject())
        {
            if (!JsonPlace.TryGetName(property, out string? piece))
            {
                throw table.Error("A token is not valid Unicode.");
            }

            entries.Add((piece, new JsonPlace(property.Value, table.Path, table.File).Integer(most - 1)));
        }

        int highest = Math.Max(entries.Count == 0 ? -1 : entries.Max(static e => e.Id), added.Count == 0 ? -1 : added.Max(static t => t.Id));

        // Numbers have few gaps, or a short file would make a long table.
        if (highest < 0 || (vocabularySize == 0 && highest > (2 * (entries.Count + added.Count)) + 65_536))
        {
            throw table.Error(highest < 0 ? "There are no tokens." : $"Token {highest} is far behind the others.");
        }

        string[] pieces = new string[Math.Max(vocabularySize, highest + 1)];
        Array.Fill(pieces, "");
        var kinds = new TokenKind[pieces.Length];
        Array.Fill(kinds, TokenKind.Unused);
        bool hasBytes = model.Flag("byte_fallback", false);
        foreach (var (piece, id) in entries)
        {
            pieces[id] = piece;
            kinds[id] = hasBytes && BytePieces.TryParse(piece, out _) ? TokenKind.Byte : TokenKind.Normal;
        }

        var markers = new Dictionary<int, MarkerOptions>();
        foreach (var token in added)
        {
            pieces[token.Id] = token.Content;
            kinds[token.Id] = token.IsSpecial ? TokenKind.Control : TokenKind.UserDefined;
            markers[token.Id] = token.Options;
        }

        int? begin = Find(settings.Begin, pieces);
        int? end = Find(settings.End, pieces);
        int? unknown = Find(model.OptionalText("unk_token"), pieces);
        if (unknown is { } u && kinds[u] == TokenKind.Normal)
        {
            kinds[u] = TokenKind.Unknown;
        }

        if (endTokens.Any(t => t < 0 || t >= pieces.Length))
        {
            throw new ModelFormatException($"A token that ends answers is not among the {pieces.Length} tokens.", -1, "eos_token_id", "generation_config.json");
        }

        VocabularyRepair.MarkControls(pieces, kinds, [begin, end]);
        return new Vocabulary(pieces, kinds)
        {
            BeginOfSequence = begin,
            EndOfSequence = end,
            Unknown = unknown,
            Ends = endTokens,
            Markers = markers,
            LateMarkers = added.Where(static t => t.IsNormalized && !t.IsSpecial).Select(static t => t.Id).ToFrozenSet(),
        };
    }

    private static int? Find(string? piece, string[] pieces) =>
        piece is { Length: > 0 } && Array.IndexOf(pieces, piece) is var id and >= 0 ? id : null;

    /// <summary>The markers that are found in normalized text, as they look there.</summary>
    private static MarkerMatcher? LateMarkers(List<AddedToken> added, Vocabulary vocabulary, TextNormalizer? normalizer)
    {
        if (vocabulary.LateMarkers.Count == 0)
        {
            return null;
        }

        List<MarkerMatcher.Marker> markers = [];
        foreach (var token in added)
        {
            string content = normalizer?.Normalize(token.Content, TextPlace.Start) ?? token.Content;
            if (vocabulary.LateMarkers.Contains(token.Id) && content.Length > 0)
            {
                markers.Add(new MarkerMatcher.Marker(content, token.Id, !MarkerNames.IsMarker(token.Content), token.Options));
            }
        }

        return new MarkerMatcher(markers);
    }

    private static BpeMerges ReadMerges(JsonPlace model, Vocabulary vocabulary, string inner)
    {
        var merges = new BpeMerges(vocabulary);
        foreach (var item in model.Get("merges").Items())
        {
            string left;
            string right;
            if (item.IsList)
            {
                var pair = item.Items().ToList();
                if (pair.Count != 2)
                {
                    throw item.Error("A merge must name two tokens.");
                }

                (left, right) = (pair[0].Text(), pair[1].Text());
            }
            else
            {
                string line = item.Text();
                int space = line.IndexOf(' ', Math.Min(1, line.Length));
                (left, right) = space < 0 ? ("", "") : (line[..space], line[(space + 1)..]);
            }

            if (left.Length == 0 || right.Length == 0)
            {
                throw item.Error("A merge must name two tokens.");
            }

            if (inner.Length > 0 && right.StartsWith(inner, StringComparison.Ordinal))
            {
                merges.Add(merges.Intern(left), merges.Intern(right), merges.Intern(left + right[inner.Length..]));
            }
            else
            {
                merges.Add(left, right);
            }
        }

        return merges;
    }
}
