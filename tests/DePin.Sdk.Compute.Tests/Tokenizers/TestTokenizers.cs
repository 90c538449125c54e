using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Tokenizers;

/// <summary>Tokenizers with vocabularies made for tests.</summary>
internal static class TestTokenizers
{
    public static Tokenizer Bpe(string pre = "gpt-2")
    {
        string[] tokens = TinyModel.Tokens(out string[] merges);
        int[] kinds = [.. tokens.Select(t => t.StartsWith("<|", StringComparison.Ordinal) ? 3 : 1)];
        return Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.pre", pre).Add("tokenizer.ggml.tokens", tokens)
            .Add("tokenizer.ggml.token_type", kinds).Add("tokenizer.ggml.merges", merges)
            .Add("tokenizer.ggml.bos_token_id", (uint)(tokens.Length - 3)).Add("tokenizer.ggml.eos_token_id", (uint)(tokens.Length - 1)));
    }

    public static Tokenizer Spm(bool hasBytes = true, bool? addsSpace = null)
    {
        List<(string Text, float Score, int Kind)> tokens = [("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3)];
        if (hasBytes)
        {
            tokens.AddRange(Enumerable.Range(0, 256).Select(b => ($"<0x{b:X2}>", 0f, 6)));
        }

        tokens.AddRange([("▁", -10, 1), ("h", -11, 1), ("e", -12, 1), ("l", -13, 1), ("o", -14, 1), ("he", -3, 1), ("ll", -2, 1),
            ("hell", -5, 1), ("▁hello", -6, 1), ("hello", -7, 1), ("▁hell", -5.5f, 1), ("ü", -8, 1), ("<|user|>", 0, 4), ("<|end|>", 0, 3),
            ("▁▁▁", 0, 4), ("<", -20, 1), ("|", -20, 1), ("s", -20, 1), (">", -20, 1), ("<s", -19, 1)]);
        var builder = new GgufBuilder()
            .Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", tokens.Select(t => t.Text).ToArray())
            .Add("tokenizer.ggml.scores", tokens.Select(t => t.Score).ToArray()).Add("tokenizer.ggml.token_type", tokens.Select(t => t.Kind).ToArray())
            .Add("tokenizer.ggml.unknown_token_id", 0u).Add("tokenizer.ggml.bos_token_id", 1u).Add("tokenizer.ggml.eos_token_id", 2u);
        if (addsSpace is { } adds)
        {
            builder.Add("tokenizer.ggml.add_space_prefix", adds);
        }

        return Read(builder);
    }

    public static Tokenizer Read(GgufBuilder builder)
    {
        using var file = GgufFile.Parse(builder.Build());
        return Tokenizer.Read(file);
    }

    public static string[] Names(this Tokenizer tokenizer, string text, bool parseMarkers = false) =>
        [.. tokenizer.Encode(text, parseMarkers).Select(tokenizer.GetName)];
}
