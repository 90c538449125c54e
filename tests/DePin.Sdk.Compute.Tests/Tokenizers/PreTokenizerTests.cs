using System.Text.RegularExpressions;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Tokenizers;

/// <summary>The scanners against the regular expressions that they stand for.</summary>
public sealed partial class PreTokenizerTests
{
    private const string Alphabet = "abZ éßЖ日 019٣½ '’stredvmlLD .,!?-_$+<=|~^`° \n\r\t\u00A0\u2003\u3000 ";

    public static TheoryData<string> Names => ["gpt-2", "llama-bpe", "qwen2", "smollm", "default"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Split_RandomText_EqualsTheRegularExpressions(string name)
    {
        var preTokenizer = PreTokenizer.Find(name)!;
        var random = new Random(1);
        for (int i = 0; i < 4000; i++)
        {
            string text = string.Create(random.Next(1, 30), random, static (span, r) =>
            {
                for (int k = 0; k < span.Length; k++)
                {
                    span[k] = k > 0 && r.Next(3) == 0 ? span[k - 1] : Alphabet[r.Next(Alphabet.Length)];
                }
            });
            Assert.Equal(Expected(name, text), preTokenizer.Split(text).Select(w => text.Substring(w.Start, w.Length)));
        }
    }

    [Fact]
    public void Split_LettersBeyondTheBasicPlane_AreLetters()
    {
        const string Text = "a𝐀b 𝟏𝟐 😀";
        Assert.Equal<string>(["a𝐀b", " 𝟏𝟐", " 😀"], PreTokenizer.Find("gpt-2")!.Split(Text).Select(w => Text.Substring(w.Start, w.Length)).ToArray());
    }

    [Fact]
    public void Find_UnknownName_IsNull() => Assert.Null(PreTokenizer.Find("tekken"));

    private static List<string> Expected(string name, string text) => name switch
    {
        "gpt-2" => Cut([text], Gpt2()),
        "llama-bpe" => Cut([text], Llama3()),
        "qwen2" => Cut([text], Qwen2()),
        "smollm" => Cut(Cut([text], Number()), Gpt2()),
        _ => Cut(Cut(Cut(Cut([text], Punctuation()), Gpt2()), Numbers()), ThreeDigits()),
    };

    private static List<string> Cut(List<string> texts, Regex regex)
    {
        List<string> pieces = [];
        foreach (string text in texts)
        {
            int at = 0;
            foreach (var match in regex.EnumerateMatches(text))
            {
                if (match.Index > at)
                {
                    pieces.Add(text[at..match.Index]);
                }

                pieces.Add(text.Substring(match.Index, match.Length));
                at = match.Index + match.Length;
            }

            if (at < text.Length)
            {
                pieces.Add(text[at..]);
            }
        }

        return pieces;
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2();

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex Llama3();

    [GeneratedRegex(@"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")]
    private static partial Regex Qwen2();

    [GeneratedRegex(@"[\p{P}\$\+<=>\^~\|]+")]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"\p{N}")]
    private static partial Regex Number();

    [GeneratedRegex(@"\p{N}+")]
    private static partial Regex Numbers();

    [GeneratedRegex("[0-9][0-9][0-9]")]
    private static partial Regex ThreeDigits();
}
