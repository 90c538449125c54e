namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Cuts text into the words that byte-pair encoding then works on; a model must be fed the cut that it was trained with.</summary>
internal sealed class PreTokenizer
{
    private readonly WordSplitter[] _stages;

    private PreTokenizer(bool prefersWholeWords, bool addsBosByDefault, params WordSplitter[] stages)
    {
        PrefersWholeWords = prefersWholeWords;
        AddsBosByDefault = addsBosByDefault;
        _stages = stages;
    }

    /// <summary>Length of the first piece of a text that is not empty.</summary>
    internal delegate int WordSplitter(ReadOnlySpan<char> text);

    /// <summary>Whether a word that is itself a token is taken without merging.</summary>
    public bool PrefersWholeWords { get; }

    /// <summary>Whether prompts begin with the begin token where the file does not say.</summary>
    public bool AddsBosByDefault { get; }

    /// <summary>The pre-tokenizer of a name in <c>tokenizer.ggml.pre</c>, or null for one that this engine does not know.</summary>
    public static PreTokenizer? Find(string name) => name switch
    {
        "gpt-2" or "gpt2" => new(false, false, WordSplitters.Gpt2),
        "llama-bpe" or "llama3" or "llama-v3" => new(true, true, WordSplitters.Llama3),
        "qwen2" or "deepseek-r1-qwen" => new(false, false, WordSplitters.Qwen2),
        "smollm" => new(false, false, WordSplitters.SingleNumbers, WordSplitters.Gpt2),
        "default" => new(
            false, false, WordSplitters.PunctuationRuns, WordSplitters.Gpt2, WordSplitters.NumberRuns, WordSplitters.DigitTriples),
        _ => null,
    };

    /// <summary>Start and length of each word; together they cover the text.</summary>
    public List<(int Start, int Length)> Split(ReadOnlySpan<char> text)
    {
        List<(int Start, int Length)> words = [];
        if (!text.IsEmpty)
        {
            words.Add((0, text.Length));
        }

        foreach (var stage in _stages)
        {
            List<(int Start, int Length)> finer = new(words.Count);
            foreach (var (start, length) in words)
            {
                for (int at = start; at < start + length;)
                {
                    int taken = stage(text[at..(start + length)]);
                    finer.Add((at, taken));
                    at += taken;
                }
            }

            words = finer;
        }

        return words;
    }
}
