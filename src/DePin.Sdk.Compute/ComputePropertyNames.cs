namespace DePin.Sdk.Compute;

/// <summary>Names in <c>AdditionalProperties</c> that a local model reads and writes.</summary>
public static class ComputePropertyNames
{
    /// <summary>
    /// On a streaming update: how many generated tokens (an <see cref="int"/>) its text or call stands for. Tokens whose bytes or text were
    /// held back are counted with the update that releases them, marks of calls and of reasoning with the next one; the token that ends an answer, and tokens whose text a stop string
    /// cut away, are not counted. The sum over all updates is the output token count of the usage. On a response: that sum.
    /// </summary>
    public const string OutputTokens = "depin.output_tokens";

    /// <summary>On the first streaming update, and on a response: the number of tokens of the prompt, an <see cref="int"/>.</summary>
    public const string InputTokens = "depin.input_tokens";

    /// <summary>In the chat options: keep tokens at least this fraction as likely as the likeliest, 0 to 1.</summary>
    public const string MinP = "min_p";

    /// <summary>In the chat options: divides the logits of tokens that the answer already holds; above 0, and 1 changes nothing.</summary>
    public const string RepetitionPenalty = "repetition_penalty";

    /// <summary>In the chat options: whether a model that can think before it answers does so, a <see cref="bool"/>; a variable of its template.</summary>
    public const string EnableThinking = "enable_thinking";

    /// <summary>In the chat options: an object with further variables of the model's chat template, such as <c>date_string</c>.</summary>
    public const string TemplateVariables = "chat_template_kwargs";

    /// <summary>
    /// In the chat options: a grammar in GBNF notation, a text, whose rule <c>root</c> the answer must match; see
    /// <see cref="Grammars.Grammar.Parse"/>. Not together with a JSON <c>ResponseFormat</c>.
    /// </summary>
    public const string Grammar = "grammar";

    /// <summary>
    /// In the chat options: an integer; requests of higher priority start first, and while one runs no prompt of lower priority is read.
    /// Absent is 0.
    /// </summary>
    public const string Priority = "priority";

    /// <summary>
    /// In the chat options: a text; only requests with the same one share cached beginnings, so that nobody can find out by the time an
    /// answer takes what others have asked. Absent shares with all that have none.
    /// </summary>
    public const string CacheKey = "cache_key";

    /// <summary>In the chat options: the name of one of <see cref="LocalModelOptions.Adapters"/> to answer with. Absent is the model as it is.</summary>
    public const string Adapter = "adapter";

    /// <summary>In the chat options: whether to report how likely each token was, a <see cref="bool"/>. Absent is false, and costs nothing.</summary>
    public const string LogProbs = "logprobs";

    /// <summary>In the chat options: how many alternatives to report with each token, 0 to 20; reports probabilities even without <see cref="LogProbs"/>.</summary>
    public const string TopLogProbs = "top_logprobs";

    /// <summary>
    /// On updates and on a response, where the options ask for it: an <see cref="IReadOnlyList{T}"/> of <see cref="TokenLogProbability"/>,
    /// one for each token that <see cref="OutputTokens"/> counts.
    /// </summary>
    public const string TokenLogProbs = "depin.logprobs";
}
