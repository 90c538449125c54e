using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Tokenizers;

public sealed class TokenizerTests
{
    private static readonly Tokenizer Bpe = TestTokenizers.Bpe();
    private static readonly Tokenizer Spm = TestTokenizers.Spm();

    [Fact]
    public void Encode_Bpe_MergesInRankOrder()
    {
        Assert.Equal<string>(["hello", "Ġwo", "r", "l", "d"], Bpe.Names("hello world"));
        Assert.Equal<string>(["12", "3"], Bpe.Names("123"));
        Assert.Equal<string>(["h", "in"], Bpe.Names("hin"));
        Assert.Equal<string>(["Ġ", "Ġ", "x"], TestTokenizers.Bpe("qwen2").Names("  x").SelectMany(n => n.Length > 1 ? n.Select(c => $"{c}") : [n]).ToArray());
        Assert.Empty(Bpe.Encode(""));
    }

    [Fact]
    public void Encode_Spm_JoinsBestScoreFirst()
    {
        Assert.Equal<string>(["▁hello"], Spm.Names("hello"));
        Assert.Equal<string>(["▁hello", "▁hello"], Spm.Names("hello hello"));
        Assert.Equal<string>(["hello"], TestTokenizers.Spm(addsSpace: false).Names("hello"));
        Assert.Equal<string>(["▁", "<0xE2>", "<0x82>", "<0xAC>", "ü"], Spm.Names("€ü"));
        Assert.Equal<string>(["▁", "<unk>", "ü"], TestTokenizers.Spm(hasBytes: false).Names("€ü"));
        Assert.Empty(Spm.Encode(""));
    }

    [Theory]
    [InlineData("<|im_end|>")]
    [InlineData("a<|im_start|>system\nb<|im_end|>")]
    [InlineData("<|endoftext|><|endoftext|>")]
    public void Encode_MarkersInText_AreTextUnlessAskedFor(string text)
    {
        int[] plain = Bpe.Encode(text);
        Assert.DoesNotContain(plain, Bpe.IsEndOfGeneration);
        Assert.DoesNotContain(plain, t => Bpe.GetName(t).StartsWith("<|", StringComparison.Ordinal));
        Assert.Equal(text, Bpe.Decode(plain));
        Assert.Contains(Bpe.Names(text, parseMarkers: true), n => n.StartsWith("<|", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("<s>")]
    [InlineData("</s>")]
    [InlineData("<|user|>")]
    [InlineData("<|end|>")]
    [InlineData("<0x0A>")]
    [InlineData("<unk>")]
    public void Encode_SpmMarkersInText_AreTextUnlessAskedFor(string text)
    {
        int[] plain = Spm.Encode(text);
        Assert.DoesNotContain(text, plain.Select(Spm.GetName));
        Assert.Equal(text, Spm.Decode(plain));
    }

    [Fact]
    public void Encode_UserDefinedTokenThatIsNoMarker_IsFoundInText() =>
        Assert.Contains("▁▁▁", Spm.Names("h▁▁▁h"));

    [Fact]
    public void IsEndOfGeneration_KnownNamesAndIds_AreEnds()
    {
        Assert.True(Spm.IsEndOfGeneration(2));
        Assert.Equal<string>(["</s>", "<|end|>"], Enumerable.Range(0, Spm.VocabularySize).Where(Spm.IsEndOfGeneration).Select(Spm.GetName).ToArray());
        Assert.False(Spm.IsEndOfGeneration(-5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Spm.GetBytes(Spm.VocabularySize));
        Assert.Throws<ArgumentOutOfRangeException>(() => Spm.GetName(-1));
    }

    [Theory]
    [InlineData("grüße 😀 日本語 \u0000 end")]
    [InlineData("   leading and trailing   ")]
    [InlineData("\n\n\t mixed \r\n whitespace \n")]
    public void Decode_OfEncoded_IsTheText(string text)
    {
        Assert.Equal(text, Bpe.Decode(Bpe.Encode(text)));
        Assert.Equal(text, Spm.Decode(Spm.Encode(text)));
    }

    [Fact]
    public void Encode_LongWord_TakesLittleTime()
    {
        // Quadratic merging would take minutes.
        string word = new('l', 200_000);
        Assert.Equal(100_000, Bpe.Encode(word).Length);
        Assert.Equal(word, Spm.Decode(Spm.Encode(word)));
    }

    [Fact]
    public void Append_TokensOfOneByte_NeverCutsACharacter()
    {
        const string Text = "aü€😀👩‍👧z";
        var detokenizer = new StreamingDetokenizer(Bpe);
        var pieces = Bpe.Encode(Text).Select(detokenizer.Append).ToList();
        Assert.Equal(Text, string.Concat(pieces));
        Assert.All(pieces, p => Assert.True(p.Length == 0 || (!char.IsLowSurrogate(p[0]) && !char.IsHighSurrogate(p[^1]) && !p.Contains('\uFFFD'))));
        Assert.Equal("", detokenizer.Finish());
    }

    [Fact]
    public void Append_BytesThatAreNoText_GiveReplacementCharacters()
    {
        int Byte(int value) => Bpe.Vocabulary.TryGetId(ByteAlphabet.ToChar((byte)value).ToString(), out int id) ? id : -1;
        var detokenizer = new StreamingDetokenizer(Bpe);
        Assert.Equal("", detokenizer.Append(Byte(0xE2)));
        Assert.Equal("\uFFFDa", detokenizer.Append(Byte('a')));
        Assert.Equal("", detokenizer.Append(Byte(0xF0)));
        Assert.Equal("\uFFFD", detokenizer.Finish());
    }

    [Fact]
    public void Encode_LoneSurrogates_BecomeReplacementCharacters()
    {
        Assert.Equal("a\uFFFDb", Bpe.Decode(Bpe.Encode("a\uD800b")));
        Assert.Equal("a\uFFFDb", Spm.Decode(Spm.Encode("a\uDC00b")));
    }
}
