using static DePin.Sdk.Compute.Tokenizers.Words.CharacterSets;

namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>The pre-tokenizers by their names in <c>tokenizer.ggml.pre</c>.</summary>
internal static class PreTokenizerFamilies
{
    private static readonly WordStage Gpt2 = new PatternStage(new Gpt2Pattern());
    private static readonly WordStage Llama3 = new PatternStage(new ModernPattern());
    private static readonly WordStage Qwen2 = new PatternStage(new ModernPattern { MostNumbers = 1 });
    private static readonly WordStage Qwen35 = new PatternStage(new ModernPattern { MostNumbers = 1, Shape = WordShape.LettersAndMarks });
    private static readonly WordStage Gpt4o = new PatternStage(new ModernPattern { Shape = WordShape.Cased, AfterSigns = "\r\n/" });
    private static readonly WordStage SingleNumbers = new PatternStage(new RunPattern(Numbers, most: 1));
    private static readonly WordStage NumberTriples = new PatternStage(new RunPattern(Numbers, most: 3));
    private static readonly WordStage NumberRuns = new PatternStage(new RunPattern(Numbers));
    private static readonly WordStage DigitTriples = new PatternStage(new RunPattern(AsciiDigits, least: 3, most: 3));
    private static readonly WordStage SingleLineEnds = new PatternStage(new RunPattern(LineEnds, most: 1));
    private static readonly WordStage AsianRuns = new PatternStage(new RunPattern(HanAndKana));
    private static readonly WordStage BloomRuns = new PatternStage(new RunPattern(Bloom, lead: LeadingSpace.Blank));
    private static readonly WordStage Lines = new PatternStage(new RunPattern(Newlines));

    /// <summary>The family of a name; null for one that is not known.</summary>
    public static PreTokenizerFamily? Find(string name) => name switch
    {
        "gpt-2" or "gpt2" or "phi-2" or "jina-es" or "jina-de" or "gigachat" or "jina-v2-es" or "jina-v2-de" or "a.x-4.0" or "mellum" or
            "modern-bert" or "exaone4" or "jina-v1-en" or "jina-v2-code" or "roberta-bpe" or "mpt" or "olmo" or "jais" or "trillion" or
            "granite-docling" => Of(Gpt2),
        "llama-bpe" or "llama3" or "llama-v3" or "falcon3" or "falcon-h1" or "pixtral" or "midm-2.0" or "lfm2" or "jina-v5-nano" =>
            Of(Llama3) with { PrefersWholeWords = true, AddsBosByDefault = true },
        "dbrx" or "smaug-bpe" or "glm4" or "chatglm-bpe" => Of(Llama3),
        "qwen2" or "deepseek-r1-qwen" or "kormo" or "f2llmv2" or "megrez" or "stablelm2" or "hunyuan" or "solar-open" or "grok-2" or
            "bailingmoe" or "bailingmoe2" or "llada-moe" => Of(Qwen2),
        "qwen35" => Of(Qwen35),
        "ufakzeka" => Of(new PatternStage(new ModernPattern { MostNumbers = 1, HasContractions = false })),
        "seed-coder" => Of(new PatternStage(new ModernPattern { MostNumbers = 1, AfterSigns = "" })),
        "exaone-moe" => Of(new PatternStage(
            new ModernPattern { MostNumbers = 1, Shape = WordShape.LettersAcrossBlanks, AfterSigns = "\r\n/", MostAfterSigns = 1 })),
        "jais-2" => Of(new PatternStage(new ModernPattern { HasPowersOfSpaces = true })),
        "minicpm5" => Of(NumberTriples, new PatternStage(new ModernPattern { MostNumbers = int.MaxValue })) with { PrefersWholeWords = true },
        "laguna" => Of(Lines, Qwen2),
        "starcoder" or "refact" or "command-r" or "smollm" or "codeshell" or "exaone" or "minerva-7b" or "mellum2" => Of(SingleNumbers, Gpt2),
        "falcon" => Of(new PatternStage(new RunPattern(PunctuationAndAsciiSigns)), Gpt2, DigitTriples),
        "default" => Of(new PatternStage(new RunPattern(PunctuationAndSigns)), Gpt2, NumberRuns, DigitTriples),
        "deepseek-llm" => Of(
            SingleLineEnds,
            new PatternStage(new RunPattern(DeepSeekLetters, lead: LeadingSpace.Any)),
            new PatternStage(new RunPattern(DeepSeekPunctuation, lead: LeadingSpace.Any)),
            new TrailingSpaceStage(),
            new PatternStage(new RunPattern(DeepSeekAsian)),
            NumberRuns),
        "deepseek-coder" => Of(
            SingleLineEnds,
            new PatternStage(new RunPattern(Letters, lead: LeadingSpace.Any)),
            new PatternStage(new RunPattern(Punctuation, lead: LeadingSpace.Any)),
            new PatternStage(new RunPattern(DeepSeekAsian)),
            SingleNumbers),
        "deepseek-v3" or "hunyuan-dense" or "joyai-llm" or "hy_v4" => Of(NumberTriples, AsianRuns, new PatternStage(new DeepSeek3Pattern())),
        "spark2_5" => Of(NumberTriples, AsianRuns, new PatternStage(new DeepSeek3Pattern(isSpark: true)), SingleNumbers),
        "afmoe" => Of(
            new DigitGroupStage(CodePointClass.Number), new PatternStage(new RunPattern(AfmoeAsian)), new PatternStage(new DeepSeek3Pattern())),
        "bloom" or "poro-chat" or "gpt3-finnish" => Of(BloomRuns),
        "viking" => Of(BloomRuns, SingleNumbers),
        "tekken" => Of(new PatternStage(
            new ModernPattern { MostNumbers = 1, Shape = WordShape.Cased, HasContractions = false, AfterSigns = "\r\n/" }))
            with { PrefersWholeWords = true, AddsBosByDefault = true },
        "gpt-4o" or "llama4" or "kanana2" or "talkie" or "minimax-m2" => Of(Gpt4o),
        "granite-embed-multi-97m" => Of(Gpt4o) with { PrefersWholeWords = true },
        "tiny_aya" or "cohere2moe" => Of(new DigitGroupStage(CodePointClass.Digit, needsBoundary: true), Gpt4o),
        "youtu" => Of(
            new PatternStage(new AnyOfPattern(
                new RunPattern(Hangul), new RunPattern(AsianPunctuation), new RunPattern(Bopomofo), new RunPattern(HanAndKana))),
            new PatternStage(new ModernPattern { MostNumbers = 1, Shape = WordShape.Cased, AfterSigns = "\r\n/" }))
            with { PrefersWholeWords = true },
        "kimi-k2" => Of(new PatternStage(new ModernPattern { Shape = WordShape.Cased, CutsHan = true })),
        "superbpe" => Of(NumberRuns, new DigitGroupStage(CodePointClass.Digit, isIsolated: false)),
        "gemma4" or "granite-embed-multi-311m" or "sarvam-moe" => Of(Lines) with { IsCharacterLevel = true },
        _ => null,
    };

    private static PreTokenizerFamily Of(params WordStage[] stages) => new(new PreTokenizer(stages));
}
