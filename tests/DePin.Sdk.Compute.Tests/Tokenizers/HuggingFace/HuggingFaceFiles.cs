using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace;

/// <summary>Small files in the Hugging Face layout.</summary>
internal static class HuggingFaceFiles
{
    /// <summary>Byte-level BPE.</summary>
    public static string Bpe(string? preTokenizer = null, string extra = "", string added = "", string model = "")
    {
        string[] tokens = TinyModel.Tokens(out string[] merges);
        return $$"""
            {
              "added_tokens": [{{Added(tokens.Length - 3, tokens[^3], special: true)}}, {{Added(tokens.Length - 2, tokens[^2], special: true)}}, {{Added(tokens.Length - 1, tokens[^1], special: true)}}{{added}}],
              {{extra}}
              "pre_tokenizer": {{preTokenizer ?? """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"""}},
              "decoder": {"type":"ByteLevel"},
              "model": {"type":"BPE", {{model}} "vocab": {{Vocabulary(tokens)}}, "merges": {{JsonSerializer.Serialize(merges)}}}
            }
            """;
    }

    /// <summary>BPE of characters with bytes for the others, as Llama 2 has it.</summary>
    public static string Spm(string before, string decoder, string model = "")
    {
        string[] tokens =
        [
            "<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), "▁", "h", "e", "l", "o", "he", "ll", "hell", "hello", "▁hello", "ü", "▁▁",
        ];
        return $$"""
            {
              "added_tokens": [{{Added(0, "<unk>", true)}}, {{Added(1, "<s>", true)}}, {{Added(2, "</s>", true)}}],
              {{before}}
              "post_processor": {"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0} },{"Sequence":{"id":"A","type_id":0} }],"special_tokens":{} },
              "decoder": {{decoder}},
              "model": {"type":"BPE", "unk_token":"<unk>", "fuse_unk":true, "byte_fallback":true, {{model}} "vocab": {{Vocabulary(tokens)}},
                "merges": [["h","e"],["l","l"],"he ll","hell o","▁ hello","▁ ▁"]}
            }
            """;
    }

    public const string LlamaNormalizer =
        """ "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}, """;

    public const string LlamaDecoder =
        """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""";

    /// <summary>WordPiece.</summary>
    public static string WordPiece() => $$"""
        {
          "added_tokens": [{{Added(0, "[UNK]", true)}}, {{Added(1, "[CLS]", true)}}, {{Added(2, "[SEP]", true)}}],
          "normalizer": {"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,"strip_accents":null,"lowercase":true},
          "pre_tokenizer": {"type":"BertPreTokenizer"},
          "post_processor": {"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]},
          "decoder": {"type":"WordPiece","prefix":"##","cleanup":true},
          "model": {"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,
            "vocab": {{Vocabulary("[UNK]", "[CLS]", "[SEP]", "hello", "world", "un", "##aff", "##able", ".", "日", "本", "istanbul", "##s", "a")}} }
        }
        """;

    public static string Added(int id, string content, bool special, string more = "") =>
        $$"""{"id":{{id}},"content":{{JsonSerializer.Serialize(content)}},"special":{{(special ? "true" : "false")}}{{more}}}""";

    public static Tokenizer Read(string json, string config = "") => Tokenizer.ReadHuggingFace(Encoding.UTF8.GetBytes(json), Encoding.UTF8.GetBytes(config));

    private static string Vocabulary(params string[] tokens) =>
        JsonSerializer.Serialize(tokens.Select((t, i) => KeyValuePair.Create(t, i)).ToDictionary());
}
