using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.IntegrationTests.Tokenizers;

/// <summary>Writes the vocabulary of a GGUF file as the <c>tokenizer.json</c> that the model's authors publish would hold it.</summary>
internal static class HuggingFaceLayout
{
    private const string Modern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Marks = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The vocabularies whose files in this layout are known.</summary>
    public static readonly Dictionary<string, string> Parts = new()
    {
        ["gpt-2"] = Cutting(ByteLevel(usesRegex: true)),
        ["mpt"] = """ "normalizer":{"type":"NFC"}, """ + Cutting(ByteLevel(usesRegex: true)),
        ["starcoder"] = Cutting("""{"type":"Digits","individual_digits":true}""", ByteLevel(usesRegex: true)),
        ["refact"] = Cutting("""{"type":"Digits","individual_digits":true}""", ByteLevel(usesRegex: true)),
        ["command-r"] = """ "normalizer":{"type":"NFC"}, """ + Cutting("""{"type":"Digits","individual_digits":true}""", ByteLevel(usesRegex: true)),
        ["falcon"] = Cutting(
            """{"type":"Punctuation","behavior":"Contiguous"}""", ByteLevel(usesRegex: true), """{"type":"Digits","individual_digits":false}""", Split("[0-9][0-9][0-9]")),
        ["llama-bpe"] = """ "ignore":true, """ + Cutting(Split(Modern), ByteLevel(usesRegex: false)),
        ["qwen2"] = """ "normalizer":{"type":"NFC"}, """ + Cutting(Split(Modern.Replace("{1,3}", "", StringComparison.Ordinal)), ByteLevel(usesRegex: false)),
        ["qwen35"] = Cutting(Split(Marks), ByteLevel(usesRegex: false)),
        ["deepseek-coder"] = Cutting(
            Split("[\r\n]"), Split(@"\s?\p{L}+"), Split(@"\s?\p{P}+"), Split("[一-龥ࠀ-一가-\uD7FF]+"), """{"type":"Digits","individual_digits":true}""",
            ByteLevel(usesRegex: false)),
        ["gemma-4"] = """
            "normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},
            "pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false},
            "decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"}]},
            """,
        ["bert-bge"] = """
            "normalizer":{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
            "pre_tokenizer":{"type":"BertPreTokenizer"}, "decoder":{"type":"WordPiece","prefix":"##","cleanup":true},
            """,
    };

    /// <summary>Writes a file.</summary>
    public static byte[] Write(GgufFile file, string name)
    {
        file.Metadata.TryGetStrings("tokenizer.ggml.tokens", out string[]? tokens);
        file.Metadata.TryGetIntegers("tokenizer.ggml.token_type", out long[]? kinds);
        var vocabulary = new JsonObject();
        var added = new JsonArray();
        for (int i = 0; i < tokens!.Length; i++)
        {
            if (kinds![i] is 3 or 4)
            {
                added.Add(new JsonObject { ["id"] = i, ["content"] = tokens[i], ["special"] = kinds[i] == 3, ["normalized"] = kinds[i] == 4 });
            }

            vocabulary.TryAdd(name != "bert-bge" || kinds[i] == 3 ? tokens[i] : tokens[i][0] == '▁' ? tokens[i][1..] : "##" + tokens[i], i);
        }

        var model = new JsonObject { ["vocab"] = vocabulary };
        if (file.Metadata.TryGetStrings("tokenizer.ggml.merges", out string[]? merges))
        {
            model["type"] = "BPE";
            model["byte_fallback"] = name == "gemma-4";
            model["ignore_merges"] = name == "llama-bpe";

            // Both ways of writing occur.
            model["merges"] = new JsonArray([.. merges.Select((m, i) => i % 2 == 0 ? (JsonNode)m : new JsonArray([.. Pair(m)]))]);
        }
        else
        {
            model["type"] = "WordPiece";
            model["unk_token"] = "[UNK]";
        }

        return JsonSerializer.SerializeToUtf8Bytes(JsonNode.Parse($$"""{ {{Parts[name]}} "version": "1.0" }""")!.AsObject().With("model", model).With("added_tokens", added));
    }

    private static JsonObject With(this JsonObject node, string name, JsonNode value)
    {
        node[name] = value;
        return node;
    }

    private static IEnumerable<JsonNode> Pair(string merge)
    {
        int space = merge.IndexOf(' ', 1);
        return [merge[..space], merge[(space + 1)..]];
    }

    private static string Cutting(params string[] steps) =>
        $$""" "pre_tokenizer":{"type":"Sequence","pretokenizers":[{{string.Join(',', steps)}}]}, "decoder":{"type":"ByteLevel"}, """;

    private static string Split(string expression) =>
        $$"""{"type":"Split","pattern":{"Regex":{{JsonSerializer.Serialize(expression)}}},"behavior":"Isolated","invert":false}""";

    private static string ByteLevel(bool usesRegex) => $$"""{"type":"ByteLevel","add_prefix_space":false,"use_regex":{{(usesRegex ? "true" : "false")}}}""";
}
