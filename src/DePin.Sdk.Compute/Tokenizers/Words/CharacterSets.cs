namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>The bracket expressions of the pre-tokenizers.</summary>
internal static class CharacterSets
{
    /// <summary><c>[\r\n]</c></summary>
    public static readonly CharacterSet LineEnds = new("\r\r\n\n");

    /// <summary><c>[\n]</c></summary>
    public static readonly CharacterSet Newlines = new("\n\n");

    /// <summary><c>\p{L}</c></summary>
    public static readonly CharacterSet Letters = new("", CodePointClass.Letter);

    /// <summary><c>\p{N}</c></summary>
    public static readonly CharacterSet Numbers = new("", CodePointClass.Number);

    /// <summary><c>[0-9]</c></summary>
    public static readonly CharacterSet AsciiDigits = new("09");

    /// <summary><c>\p{P}</c></summary>
    public static readonly CharacterSet Punctuation = new("", CodePointClass.Punctuation);

    /// <summary><c>[\p{P}\$\+&lt;=&gt;\^~\|]</c></summary>
    public static readonly CharacterSet PunctuationAndSigns = new("$$++<>^^~~||", CodePointClass.Punctuation);

    /// <summary><c>[\p{P}\$\+&lt;=&gt;\^~\|`]</c></summary>
    public static readonly CharacterSet PunctuationAndAsciiSigns = new("$$++<>^^~~||``", CodePointClass.Punctuation);

    /// <summary><c>[\p{P}!-/:-@\[-`{-~]</c>: Unicode's punctuation and ASCII's.</summary>
    public static readonly CharacterSet AnyPunctuation = new("!/:@[`{~", CodePointClass.Punctuation);

    /// <summary><c>[^(\s|.,!?…。，、।۔،)]</c></summary>
    public static readonly CharacterSet Bloom = new("(())||..,,!!??……。。，，、、।।۔۔،،", CodePointClass.Space, isNegated: true);

    /// <summary>The letters of the alphabets with case, as DeepSeek LLM lists them.</summary>
    public static readonly CharacterSet DeepSeekLetters = new(
        "AZaz\u00B5\u00B5\u00C0\u00D6\u00D8\u00F6\u00F8\u01BA\u01BC\u01BF\u01C4\u0293\u0295\u02AF" +
        "\u0370\u0373\u0376\u0377\u037B\u037D\u037F\u037F\u0386\u0386\u0388\u038A\u038C\u038C\u038E\u03A1\u03A3\u03F5" +
        "\u03F7\u0481\u048A\u052F\u0531\u0556\u10A0\u10C5\u13A0\u13F5\u13F8\u13FD\u1C90\u1CBA\u1CBD\u1CBF\u1D00\u1D2B" +
        "\u1D6B\u1D77\u1D79\u1D9A\u1E00\u1F15\u1F18\u1F1D\u1F20\u1F45\u1F48\u1F4D\u1F50\u1F57\u1F59\u1F59\u1F5B\u1F5B" +
        "\u1F5D\u1F5D\u1F5F\u1F7D\u1F80\u1FB4\u1FB6\u1FBC\u1FBE\u1FBE\u1FC2\u1FC4\u1FC6\u1FCC\u1FD0\u1FD3\u1FD6\u1FDB" +
        "\u1FE0\u1FEC\u1FF2\u1FF4\u1FF6\u1FFC\u2102\u2102\u2107\u2107\u210A\u2113\u2115\u2115\u2119\u211D\u2124\u2124" +
        "\u2126\u2126\u2128\u2128\u212A\u212D\u212F\u2134\u2139\u2139\u213C\u213F\u2145\u2149\u214E\u214E\u2183\u2184" +
        "\u2C00\u2C7B\u2C7E\u2CE4\u2CEB\u2CEE\u2CF2\u2CF3\uA640\uA66D\uA680\uA69B\uA722\uA76F\uA771\uA787\uA78B\uA78E" +
        "\uAB70\uABBF\uFB00\uFB06\uFB13\uFB17\uFF21\uFF3A\uFF41\uFF5A\U00010400\U0001044F\U000104B0\U000104D3\U000104D8\U000104FB\U00010C80\U00010CB2" +
        "\U00010CC0\U00010CF2\U000118A0\U000118DF\U0001E900\U0001E943");

    /// <summary><c>[!-/:-~！-／：-～‘-‟　-。]</c></summary>
    public static readonly CharacterSet DeepSeekPunctuation = new("!/:~！／：～‘‟\u3000。");

    /// <summary><c>[一-龥ࠀ-一가-퟿]</c></summary>
    public static readonly CharacterSet DeepSeekAsian = new("一龥ࠀ一가\uD7FF");

    /// <summary><c>[一-龥぀-ゟ゠-ヿ]</c></summary>
    public static readonly CharacterSet HanAndKana = new("一龥\u3040ゟ゠ヿ");

    /// <summary>The scripts without spaces that AFMoE lists.</summary>
    public static readonly CharacterSet AfmoeAsian = new(
        "\u4E00\u9FFF\u3400\u4DBF\uF900\uFAFF\u3040\u309F\u30A0\u30FF\uFF65\uFF9F\u2F00\u2FDF\u0E40\u0E7F\u0E80\u0EFF\u1780\u17FF\u1000\u109F\uAA60\uAA7F\uA9E0\uA9FF\uAC00\uD7AF\u1100\u11FF");

    /// <summary><c>[가-힣ㄱ-ㆎ]</c></summary>
    public static readonly CharacterSet Hangul = new("가힣ㄱㆎ");

    /// <summary><c>[！…“”‘’—：；，、-〿︰-﹏]</c></summary>
    public static readonly CharacterSet AsianPunctuation = new("！！……““””‘‘’’——：：；；，，、〿︰﹏");

    /// <summary><c>[ㄅ-ㄯ]</c></summary>
    public static readonly CharacterSet Bopomofo = new("ㄅㄯ");

    /// <summary><c>\p{Han}</c>, the script.</summary>
    public static readonly CharacterSet Han = new(
        "\u2E80\u2E99\u2E9B\u2EF3\u2F00\u2FD5\u3005\u3005\u3007\u3007\u3021\u3029\u3038\u303B\u3400\u4DBF\u4E00\u9FFF\uF900\uFA6D\uFA70\uFAD9" +
        "\U00016FE2\U00016FE3\U00016FF0\U00016FF1\U00020000\U0002A6DF\U0002A700\U0002B739\U0002B740\U0002B81D\U0002B820\U0002CEA1\U0002CEB0\U0002EBE0" +
        "\U0002EBF0\U0002EE5D\U0002F800\U0002FA1D\U00030000\U0003134A\U00031350\U000323AF");
}
