using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tokenizers;
using static DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace.HuggingFaceFiles;

namespace DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace;

public sealed class HuggingFaceTokenizerTests
{
    private const string Modern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static readonly int Next = TinyModel.Tokens(out _).Length;

    [Fact]
    public void Encode_ByteLevel_EqualsTheOtherFormat()
    {
        var tokenizer = Read(Bpe());
        var same = TestTokenizers.Bpe();
        foreach (string text in (string[])["hello world", "123 hin", "a<|im_end|>b", "grüße 😀\n\n x", ""])
        {
            Assert.Equal(same.Encode(text), tokenizer.Encode(text));
            Assert.Equal(same.Encode(text, parseMarkers: true), tokenizer.Encode(text, parseMarkers: true));
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    [Fact]
    public void Encode_ForeignExpression_CutsLikeTheKnownOne()
    {
        string Split(string regex) =>
            $$"""{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"{{regex}}"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""";
        var known = Read(Bpe(Split(Modern)));
        var foreign = Read(Bpe(Split(Modern + "|$")));
        foreach (string text in (string[])["hello world 1234's  x\n\n y", "𝐀𝟏 😀 it'LL", "Ab中文 e\u0301"])
        {
            Assert.Equal(known.Encode(text), foreign.Encode(text));
        }
    }

    [Theory]
    [InlineData(""" "lstrip":true """, "x  <t>  y", "x|<t>|Ġ|Ġ|y")]
    [InlineData(""" "rstrip":true """, "x  <t>  y", "x|ĠĠ|<t>|y")]
    [InlineData(""" "single_word":true """, "x<t> <t>", "x|<|t|>|Ġ|<t>")]
    public void Encode_AddedToken_FollowsItsOptions(string options, string text, string expected)
    {
        var tokenizer = Read(Bpe(added: ", " + Added(Next, "<t>", special: true, ", " + options), model: """ "ignore_merges":false, """));
        int[] tokens = tokenizer.Encode(text, parseMarkers: true);
        Assert.Equal(expected, string.Join('|', tokens.Select(tokenizer.GetName)));
    }

    [Fact]
    public void Encode_NormalizedAddedToken_IsFoundAfterNormalization()
    {
        var tokenizer = Read(Bpe(
            extra: """ "normalizer":{"type":"Lowercase"}, """,
            added: ", " + Added(Next, "WORD", special: false, """, "normalized":true """) + ", " + Added(Next + 1, "RAW", special: false, """, "normalized":false """)));
        Assert.Equal([Next], tokenizer.Encode("wOrD"));
        Assert.Equal([Next + 1], tokenizer.Encode("RAW"));
        Assert.NotEqual([Next + 1], tokenizer.Encode("raw"));
    }

    [Fact]
    public void Encode_LikeLlama_PrependsReplacesAndFallsBackToBytes()
    {
        var tokenizer = Read(Spm(LlamaNormalizer, LlamaDecoder));
        Assert.Equal<string>(["▁hello", "▁hello"], tokenizer.Names("hello hello"));
        Assert.Equal<string>(["▁", "<0xE2>", "<0x82>", "<0xAC>", "ü"], tokenizer.Names("€ü"));
        Assert.Equal("hello €ü  hello", tokenizer.Decode(tokenizer.Encode("hello €ü  hello")));
        Assert.Equal<string>(["<s>", "▁hello"], tokenizer.EncodeSequence("hello").Select(tokenizer.GetName).ToArray());
        Assert.True(tokenizer.AddsBeginOfSequence);
        Assert.Equal<string>(["<s>", "▁hello", "</s>", "▁hello"], tokenizer.Names("<s>hello</s>hello", parseMarkers: true));
        Assert.Equal("hellohello", tokenizer.Decode(tokenizer.Encode("<s>hello</s>hello", parseMarkers: true)));
    }

    [Theory]
    [InlineData("first", "▁hello|<s>|hello")]
    [InlineData("always", "▁hello|<s>|▁hello")]
    [InlineData("never", "hello|<s>|hello")]
    public void Encode_Metaspace_FollowsItsScheme(string scheme, string expected)
    {
        string metaspace = $$"""{"type":"Metaspace","replacement":"▁","prepend_scheme":"{{scheme}}","split":true}""";
        var tokenizer = Read(Spm($""" "pre_tokenizer":{metaspace}, """, metaspace));
        int[] tokens = tokenizer.Encode("hello<s>hello", parseMarkers: true);
        Assert.Equal(expected, string.Join('|', tokens.Select(tokenizer.GetName)));
        Assert.Equal("hellohello", tokenizer.Decode(tokens));
        Assert.Equal("hello hello  ü", tokenizer.Decode(tokenizer.Encode("hello hello  ü")));
    }

    [Fact]
    public void Encode_WordPiece_CutsWordsFromTheFront()
    {
        var tokenizer = Read(WordPiece());
        Assert.Equal<string>(["un", "##aff", "##able", "."], tokenizer.Names("Unaffable."));
        Assert.Equal<string>(["hello", "[UNK]", "日", "本", "a"], tokenizer.Names("\u0001Héllo unknown\t日本Ä"));
        Assert.Equal<string>(["istanbul"], tokenizer.Names("İSTANBUL"));
        Assert.Equal<string>(["[UNK]"], tokenizer.Names(new string('a', 101)));
        Assert.Equal<string>(["[CLS]", "hello", "[SEP]"], tokenizer.EncodeSequence("hello").Select(tokenizer.GetName).ToArray());
        Assert.Equal("hello worlds. unaffable", tokenizer.Decode(tokenizer.Encode("hello worlds. unaffable")));
        var streaming = new StreamingDetokenizer(tokenizer, startsText: true);
        Assert.Equal<string>(["hello", " world", "s", ".", " a"], tokenizer.Encode("hello worlds. a").Select(streaming.Append).ToArray());
    }

    [Fact]
    public void Read_TokenizerConfig_NamesTheEnds()
    {
        var tokenizer = Read(Bpe(), """{"bos_token":{"content":"<|im_start|>"},"eos_token":"<|im_end|>","add_bos_token":true}""");
        Assert.Equal("<|im_start|>", tokenizer.GetName(tokenizer.BeginOfSequence!.Value));
        Assert.True(tokenizer.IsEndOfGeneration(tokenizer.EndOfSequence!.Value));
        Assert.True(tokenizer.AddsBeginOfSequence);
        Assert.False(tokenizer.AddsEndOfSequence);
    }

    [Theory]
    [InlineData("""{"model":{"type":"Unigram","vocab":[]}}""", "model")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":["a"]}}""", "model.merges[0]")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[["a","a","a"]]}}""", "model.merges[0]")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":2000000000},"merges":[]}}""", "model.vocab")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":4000000},"merges":[]}}""", "model.vocab")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":-1},"merges":[]}}""", "model.vocab")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"normalizer":{"type":"Precompiled"}}""", "normalizer")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"added_tokens":[{"id":1,"content":7}]}""", "added_tokens[0].content")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"Regex":"("}}}""", "pre_tokenizer.pattern.Regex")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"Regex":"a{1,100000}"}}}""", "pre_tokenizer.pattern.Regex")]
    [InlineData("""{"model":{"type":"WordPiece","vocab":{"a":0},"unk_token":"[UNK]"}}""", "model")]
    [InlineData("""{"model":{"type":"BPE","vocab":{"\ud800":0},"merges":[]}}""", "model.vocab")]
    public void Read_Broken_NamesThePlace(string json, string place)
    {
        var error = Assert.Throws<ModelFormatException>(() => Read(json));
        Assert.Equal(place, error.Subject);
    }

    [Fact]
    public void Read_NotJson_NamesTheByte() => Assert.Equal(11, Assert.Throws<ModelFormatException>(() => Read("{\"model\":{\n?}}")).Offset);
}
