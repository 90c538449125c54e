using System.Text.RegularExpressions;
using DePin.Sdk.Compute.Tokenizers;
using DePin.Sdk.Compute.Tokenizers.Words;

namespace DePin.Sdk.Compute.Tests.Tokenizers.Words;

/// <summary>The scanners against the regular expressions that they stand for.</summary>
public sealed class PreTokenizerFamiliesTests
{
    private const string Alphabet =
        "abZ éßЖ日 019٣½ '’stredvmlLD .,!?-_$+<=>|~^`°/ \n\r\t\u00A0\u2003\u3000 ()ǅʰाְ\u0301ァ가ㄱㄅ〇々。，！‘\u0001Ω…[]`";

    private const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";
    private const string Contractions = "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";
    private const string Lines = @"|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Llama3 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Lines;
    private const string Qwen2 = Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Lines;
    private const string Upper = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lower = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string Signs = @" ?[^\s\p{L}\p{N}]+[\r\n/]*" + Lines;
    private const string Gpt4o =
        @"[^\r\n\p{L}\p{N}]?" + Upper + "*" + Lower + "+" + Contractions + @"?|[^\r\n\p{L}\p{N}]?" + Upper + "+" + Lower + "*" + Contractions + @"?|\p{N}{1,3}|" + Signs;

    private const string HanSet = @"\u2E80-\u2FD5\u3005\u3007\u3400-\u9FFF\uF900-\uFAFF";
    private const string Kimi =
        "[" + HanSet + @"]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}-[" + HanSet + @"]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}-[" + HanSet + "]]+" + Contractions +
        @"?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}-[" + HanSet + @"]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}-[" + HanSet + "]]*" + Contractions +
        @"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Lines;

    private const string DeepSeek3 =
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*" + Lines;

    private const string BloomSet = @" ?[^(\s|.,!?…。，、।۔،)]+";
    private const string Asian = @"[\u4E00-\u9FA5\u3040-\u309F\u30A0-\u30FF]+";
    private const string DeepSeekAsian = @"[\u4E00-\u9FA5\u0800-\u4E00\uAC00-\uD7FF]+";

    private static readonly Dictionary<string, string[]> Expressions = new()
    {
        ["gpt-2"] = [Gpt2],
        ["llama-bpe"] = [Llama3],
        ["qwen2"] = [Qwen2],
        ["qwen35"] = [Contractions + @"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*" + Lines],
        ["ufakzeka"] = [@"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*" + Lines],
        ["seed-coder"] = [Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+" + Lines],
        ["bailingmoe"] = [@"'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"],
        ["exaone-moe"] =
            [Contractions + @"|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+"],
        ["jais-2"] =
        [
            Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|" +
            @"\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}",
        ],
        ["minicpm5"] = [@"\p{N}{1,3}", Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*" + Lines],
        ["laguna"] = [@"[^\n]+|[\n]+", Qwen2],
        ["smollm"] = [@"\p{N}", Gpt2],
        ["falcon"] = [@"[\p{P}\$\+<=>\^~\|`]+", Gpt2, "[0-9][0-9][0-9]"],
        ["default"] = [@"[\p{P}\$\+<=>\^~\|]+", Gpt2, @"\p{N}+", "[0-9][0-9][0-9]"],
        ["deepseek-coder"] = ["[\r\n]", @"\s?\p{L}+", @"\s?\p{P}+", DeepSeekAsian, @"\p{N}"],
        ["deepseek-llm"] =
        [
            "[\r\n]", @"\s?[A-Za-zµßéΩЖ\u01C4-\u0293]+", "\\s?[!-/:-~\uFF01-\uFF0F\uFF1A-\uFF5E\u2018-\u201F\u3000-\u3002]+", @"\s+\z", DeepSeekAsian, @"\p{N}+",
        ],
        ["deepseek-v3"] = [@"\p{N}{1,3}", Asian, DeepSeek3],
        ["spark2_5"] =
        [
            @"\p{N}{1,3}", Asian,
            @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+", @"\p{N}",
        ],
        ["bloom"] = [BloomSet],
        ["viking"] = [BloomSet, @"\p{N}"],
        ["tekken"] = [@"[^\r\n\p{L}\p{N}]?" + Upper + "*" + Lower + @"+|[^\r\n\p{L}\p{N}]?" + Upper + "+" + Lower + @"*|\p{N}|" + Signs],
        ["gpt-4o"] = [Gpt4o],
        ["tiny_aya"] = [@"\d{1,3}(?=(?:\d{3})*(?![\p{L}\p{M}\p{Nd}\p{Pc}]))", Gpt4o],
        ["kimi-k2"] = [Kimi],
        ["youtu"] =
        [
            @"[\uAC00-\uD7A3\u3131-\u318E]+|[！…“”‘’—：；，\u3001-\u303F\uFE30-\uFE4F]+|[\u3105-\u312F]+|" + Asian,
            Gpt4o.Replace("{1,3}", ""),
        ],
        ["superbpe"] = [@"\p{N}+", @"(?=(\d{3})+(?!\d))"],
        ["gemma4"] = [@"[^\n]+|[\n]+"],
    };

    public static TheoryData<string> Names => [.. Expressions.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Split_RandomText_EqualsTheRegularExpressions(string name)
    {
        var regexes = Expressions[name].Select(e => new Regex(e, RegexOptions.CultureInvariant)).ToArray();
        var random = new Random(1);
        for (int i = 0; i < 3000; i++)
        {
            string text = string.Create(random.Next(1, 30), random, static (span, r) =>
            {
                for (int k = 0; k < span.Length; k++)
                {
                    span[k] = k > 0 && r.Next(3) == 0 ? span[k - 1] : Alphabet[r.Next(Alphabet.Length)];
                }
            });
            Assert.Equal(regexes.Aggregate(new List<string> { text }, Cut), Split(name, text));
        }
    }

    [Fact]
    public void Split_LettersBeyondTheBasicPlane_AreLetters() =>
        Assert.Equal<string>(["a𝐀b", " 𝟏𝟐", " 😀"], Split("gpt-2", "a𝐀b 𝟏𝟐 😀"));

    [Fact]
    public void Split_Afmoe_GroupsDigitsFromTheEnd() =>
        Assert.Equal<string>(["a", "1", "234", "567", "b", "日本", " x"], Split("afmoe", "a1234567b日本 x"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Split_LongRuns_TakesLinearTime(string name)
    {
        // A quadratic scanner would take minutes.
        foreach (string part in (string[])["1", " ", "a", "A", "\u0301", "\n", " \n", "中A", "'", "1 ", "\u0001", "、"])
        {
            string text = string.Concat(Enumerable.Repeat(part, 50_000));
            Assert.Equal(text.Length, Split(name, text + "x").Sum(w => w.Length) - 1);
        }
    }

    [Fact]
    public void Find_UnknownName_IsNull() => Assert.Null(PreTokenizerFamilies.Find("no such thing"));

    private static List<string> Split(string name, string text)
    {
        var tokens = new PreTokens();
        tokens.Reset(text, TextPlace.Start);
        PreTokenizerFamilies.Find(name)!.PreTokenizer.Split(tokens);
        string cut = tokens.Text.ToString();
        return [.. tokens.Words.Select(w => cut.Substring(w.Start, w.Length))];
    }

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

                if (match.Length > 0)
                {
                    pieces.Add(text.Substring(match.Index, match.Length));
                }

                at = match.Index + match.Length;
            }

            if (at < text.Length)
            {
                pieces.Add(text[at..]);
            }
        }

        return pieces;
    }
}
