using DePin.Sdk.Compute.Tests.Tokenizers.HuggingFace;
using DePin.Sdk.Compute.Tokenizers;
using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Compute.Tests.Tokenizers;

/// <summary>What must hold for any text at all.</summary>
public sealed class TokenizerPropertyTests
{
    private static readonly string[] Fragments =
        ["<|im_start|>", "<|im_end|>", "<|endoftext|>", "<s>", "</s>", "<0x41>", "<|user|>", "<", "|>", "hello", " ", "  ", "\n", "é", "😀", "▁", "12", "'ll", "\0", "\u0301"];

    [Theory]
    [InlineData("bpe")]
    [InlineData("llama-bpe")]
    [InlineData("spm")]
    [InlineData("npc")]
    [InlineData("llama")]
    [InlineData("json")]
    public void Encode_AnyText_RoundTripsAndHoldsNoMarkers(string kind)
    {
        var tokenizer = kind switch
        {
            "bpe" => TestTokenizers.Bpe(),
            "llama-bpe" => TestTokenizers.Bpe("llama-bpe"),
            "spm" => TestTokenizers.Spm(),
            "llama" => HuggingFaceFiles.Read(HuggingFaceFiles.Spm(HuggingFaceFiles.LlamaNormalizer, HuggingFaceFiles.LlamaDecoder)),
            "json" => HuggingFaceFiles.Read(HuggingFaceFiles.Bpe()),
            _ => Npc(),
        };
        var markers = Enumerable.Range(0, tokenizer.VocabularySize).Where(t => tokenizer.GetBytes(t).IsEmpty).ToHashSet();
        var text = Gen.Choose(0, 12).SelectMany(n => Gen.ListOf(Fragment(), n)).Select(parts => string.Concat(parts));
        Prop.ForAll(text.ToArbitrary(), value =>
        {
            int[] tokens = tokenizer.Encode(value);

            // A word-joiner of one tokenizer is a space to the other kind, by its format; but where it is a token of its own, it is what it is.
            string expected = kind switch
            {
                "spm" => string.Join("▁▁▁", value.Split("▁▁▁").Select(static p => p.Replace('▁', ' '))),
                "llama" => value.Replace('▁', ' '),
                _ => value,
            };
            return tokenizer.Decode(tokens) == expected && !tokens.Any(markers.Contains);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    private static Gen<string> Fragment() => Gen.OneOf(
        Gen.Elements(Fragments),
        Gen.Choose(0x20, 0xD7FF).Select(c => ((char)c).ToString()),
        Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32),
        Gen.Choose(0, 0x7F).Select(c => ((char)c).ToString()));

    private static Tokenizer Npc()
    {
        using var file = Compute.Gguf.GgufFile.Open(TestFiles.Npc);
        return Tokenizer.Read(file);
    }
}
