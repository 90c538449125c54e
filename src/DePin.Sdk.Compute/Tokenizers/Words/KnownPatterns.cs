using static DePin.Sdk.Compute.Tokenizers.Words.CharacterSets;

namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>The scanners by the regular expressions that files of the Hugging Face layout write.</summary>
internal static class KnownPatterns
{
    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string Lines = @"|\s*[\r\n]+|\s+(?!\S)|\s+";
    private const string Lead = @"[^\r\n\p{L}\p{N}]?";
    private const string Uppers = @"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]";
    private const string Lowers = @"[\p{Ll}\p{Lm}\p{Lo}\p{M}]";
    private const string CasedSigns = @" ?[^\s\p{L}\p{N}]+[\r\n/]*" + Lines;

    private static readonly Dictionary<string, WordPattern> Patterns = Create();

    /// <summary>The scanner of an expression; null for one that is not known.</summary>
    public static WordPattern? Find(string expression)
    {
        // Some files hold the line ends themselves, and spell out both cases.
        string normal = expression.Replace("\r", @"\r", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)
            .Replace("(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])", Contractions, StringComparison.Ordinal)
            .Replace(@"\p{N}{1}|", @"\p{N}|", StringComparison.Ordinal);
        return Patterns.GetValueOrDefault(normal);
    }

    private static Dictionary<string, WordPattern> Create()
    {
        ModernPattern qwen2 = new() { MostNumbers = 1 };
        Dictionary<string, WordPattern> patterns = new(StringComparer.Ordinal)
        {
            [@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"] = new Gpt2Pattern(),
            [Modern(@"\p{L}+", @"\p{N}{1,3}")] = new ModernPattern(),
            [Modern(@"\p{L}+", @"\p{N}")] = qwen2,
            [Modern(@"\p{L}+", @"\p{N}+")] = new ModernPattern { MostNumbers = int.MaxValue },
            [$@"{Contractions}|{Lead}[\p{{L}}\p{{M}}]+|\p{{N}}| ?[^\s\p{{L}}\p{{M}}\p{{N}}]+[\r\n]*{Lines}"] =
                new ModernPattern { MostNumbers = 1, Shape = WordShape.LettersAndMarks },
            [$@"{Lead}\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Lines}"] = new ModernPattern { MostNumbers = 1, HasContractions = false },
            [$@"{Contractions}|{Lead}\p{{L}}+|\p{{N}}| ?[^\s\p{{L}}\p{{N}}\r\n]+{Lines}"] = new ModernPattern { MostNumbers = 1, AfterSigns = "" },
            [@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"] = qwen2,
            [@"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"] = new ModernPattern(),
            [$@"{Lead}{Uppers}*{Lowers}+|{Lead}{Uppers}+{Lowers}*|\p{{N}}|{CasedSigns}"] =
                new ModernPattern { MostNumbers = 1, Shape = WordShape.Cased, HasContractions = false, AfterSigns = "\r\n/" },
            [Cased(@"\p{N}{1,3}")] = new ModernPattern { Shape = WordShape.Cased, AfterSigns = "\r\n/" },
            [Cased(@"\p{N}")] = new ModernPattern { MostNumbers = 1, Shape = WordShape.Cased, AfterSigns = "\r\n/" },
            [@"\p{N}{1,3}"] = new RunPattern(Numbers, most: 3),
            [@"\p{N}"] = new RunPattern(Numbers, most: 1),
            [@"\p{N}+"] = new RunPattern(Numbers),
            ["[0-9]"] = new RunPattern(AsciiDigits, most: 1),
            ["[0-9][0-9][0-9]"] = new RunPattern(AsciiDigits, least: 3, most: 3),
            ["[一-龥\u3040-ゟ゠-ヿ]+"] = new RunPattern(HanAndKana),
            [@"[\r\n]"] = new RunPattern(LineEnds, most: 1),
            [@"\s?\p{L}+"] = new RunPattern(Letters, lead: LeadingSpace.Any),
            [@"\s?\p{P}+"] = new RunPattern(CharacterSets.Punctuation, lead: LeadingSpace.Any),
            ["[一-龥ࠀ-一가-\uD7FF]+"] = new RunPattern(DeepSeekAsian),
            [" ?[^(\\s|[.,!?…。，、।۔،])]+"] = new RunPattern(Bloom, lead: LeadingSpace.Blank),
            [" ?[^(\\s|.,!?…。，、।۔،)]+"] = new RunPattern(Bloom, lead: LeadingSpace.Blank),
            [@"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*" + Lines] =
                new DeepSeek3Pattern(),
        };
        return patterns;
    }

    private static string Modern(string letters, string numbers) => $@"{Contractions}|{Lead}{letters}|{numbers}| ?[^\s\p{{L}}\p{{N}}]+[\r\n]*{Lines}";

    private static string Cased(string numbers) =>
        $"{Lead}{Uppers}*{Lowers}+{Contractions}?|{Lead}{Uppers}+{Lowers}*{Contractions}?|{numbers}|{CasedSigns}";
}
