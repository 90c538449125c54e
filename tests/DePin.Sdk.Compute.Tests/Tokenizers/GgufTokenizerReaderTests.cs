using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Tokenizers;

public sealed class GgufTokenizerReaderTests
{
    [Fact]
    public void Read_Bert_LowersStripsAndCutsWords()
    {
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "bert")
            .Add("tokenizer.ggml.tokens", (string[])["[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁hello", "▁un", "aff", "able", "▁,", "▁日", "▁world"])
            .Add("tokenizer.ggml.token_type", (int[])[3, 3, 3, 3, 1, 1, 1, 1, 1, 1, 1])
            .Add("tokenizer.ggml.unknown_token_id", 1u).Add("tokenizer.ggml.cls_token_id", 2u).Add("tokenizer.ggml.seperator_token_id", 3u));
        Assert.Equal<string>(["▁hello", "▁,", "▁un", "aff", "able", "▁日", "[UNK]"], tokenizer.Names("  HÉLLO,unaffable\t日unhello"));
        Assert.Equal<string>(["[CLS]", "▁hello", "[SEP]"], tokenizer.EncodeSequence("hello").Select(tokenizer.GetName).ToArray());
        Assert.Equal("hello unaffable world", tokenizer.Decode(tokenizer.EncodeSequence("Hello unaffable WORLD")));
        Assert.Equal<string>(["[UNK]", "[UNK]", "[UNK]"], tokenizer.Names("[CLS]"));
        Assert.Equal<string>(["[CLS]"], tokenizer.Names("[CLS]", parseMarkers: true));
    }

    [Fact]
    public void Read_Gemma4_MergesCharactersAndFallsBackToBytes()
    {
        string[] tokens = ["<pad>", "<eos>", "<bos>", "<unk>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), "▁", "a", "b", "▁a", "▁ab", "\n", "\n\n"];
        int[] kinds = [3, 3, 3, 3, .. Enumerable.Repeat(6, 256), .. Enumerable.Repeat(1, 7)];
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "gemma4").Add("tokenizer.ggml.tokens", tokens).Add("tokenizer.ggml.token_type", kinds)
            .Add("tokenizer.ggml.merges", (string[])["▁ a", "▁a b"]).Add("tokenizer.ggml.bos_token_id", 2u).Add("tokenizer.ggml.eos_token_id", 1u)
            .Add("tokenizer.ggml.add_bos_token", false));
        Assert.Equal<string>(["▁ab", "▁", "<0xC3>", "<0xA9>", "\n\n", "a"], tokenizer.Names(" ab é\n\na"));
        Assert.Equal(" ab é\n\n\na  ", tokenizer.Decode(tokenizer.Encode(" ab é\n\n\na  ")));
        Assert.True(tokenizer.AddsBeginOfSequence);
    }

    [Fact]
    public void Read_Phi3_MarkersTakeTheSpacesBehindThem()
    {
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("general.name", "Phi-3 mini").Add("tokenizer.ggml.model", "llama")
            .Add("tokenizer.ggml.tokens", (string[])["<unk>", "<s>", "</s>", "▁", "a", "▁a", "<|user|>", "\n"])
            .Add("tokenizer.ggml.scores", (float[])[0f, 0f, 0f, -2f, -3f, -1f, 0f, -4f]).Add("tokenizer.ggml.token_type", (int[])[2, 3, 3, 1, 1, 1, 3, 1]));
        Assert.Equal<string>(["<|user|>", "▁a", "<s>", "▁", "▁a"], tokenizer.Names("<|user|>\n a<s> a", parseMarkers: true));
        Assert.Equal(1, tokenizer.BeginOfSequence);
    }

    [Fact]
    public void Read_SpmWithoutTokenTypes_StillKnowsItsBytes()
    {
        string[] tokens = ["<unk>", "<s>", "</s>", .. Enumerable.Range(0, 256).Select(b => $"<0x{b:X2}>"), "▁", "a"];
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.tokens", tokens).Add("tokenizer.ggml.scores", new float[tokens.Length]));
        Assert.Equal<string>(["▁", "a", "<0xC3>", "<0xA9>"], tokenizer.Names("aé"));
        Assert.Equal("aé", tokenizer.Decode(tokenizer.Encode("aé")));
    }

    [Fact]
    public void Read_SpmThatRemovesExtraSpaces_KeepsOneBetweenWords()
    {
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.remove_extra_whitespaces", true)
            .Add("tokenizer.ggml.tokens", (string[])["<unk>", "<s>", "</s>", "▁", "a", "▁a"])
            .Add("tokenizer.ggml.scores", (float[])[0f, 0f, 0f, -2f, -3f, -1f]).Add("tokenizer.ggml.token_type", (int[])[2, 3, 3, 1, 1, 1]));
        Assert.Equal<string>(["▁a", "▁a"], tokenizer.Names("  a   a "));
        Assert.Empty(tokenizer.Encode("   "));
    }

    [Fact]
    public void Read_MergesThroughPiecesThatAreNoTokens_AreFollowed()
    {
        string[] tokens = TinyModel.Tokens(out _);
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.pre", "gpt-2").Add("tokenizer.ggml.tokens", (string[])[.. tokens, "xyz"])
            .Add("tokenizer.ggml.merges", (string[])["x y", "xy z"]));
        Assert.Equal<string>(["xyz"], tokenizer.Names("xyz"));
        Assert.Equal<string>(["x", "y", "a"], tokenizer.Names("xya"));
    }

    [Fact]
    public void Encode_ByteWithoutToken_NeverBecomesTheEnd()
    {
        string[] tokens = ["<|endoftext|>", .. TinyModel.Tokens(out string[] merges).Where(t => t != "z" && !t.StartsWith("<|", StringComparison.Ordinal))];
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "gpt2").Add("tokenizer.ggml.pre", "gpt-2").Add("tokenizer.ggml.tokens", tokens).Add("tokenizer.ggml.merges", merges)
            .Add("tokenizer.ggml.unknown_token_id", 0u).Add("tokenizer.ggml.eos_token_id", 0u));
        Assert.Equal<string>(["a", "b"], tokenizer.Names("azb"));
    }

    [Fact]
    public void Encode_TagsThatAreTokens_AreFoundInText()
    {
        var tokenizer = TestTokenizers.Read(new GgufBuilder()
            .Add("tokenizer.ggml.model", "llama").Add("tokenizer.ggml.add_space_prefix", false)
            .Add("tokenizer.ggml.tokens", (string[])["<unk>", "<s>", "</s>", "<table>", "</td>", "<start_of_image>", "a"])
            .Add("tokenizer.ggml.scores", new float[7]).Add("tokenizer.ggml.token_type", (int[])[2, 3, 3, 4, 4, 4, 1]));
        Assert.Equal<string>(["<table>", "a", "</td>"], tokenizer.Names("<table>a</td>"));
        Assert.DoesNotContain("<start_of_image>", tokenizer.Names("<start_of_image>"));
    }
}
