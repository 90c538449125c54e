using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Generation;

/// <summary>One answer in the making: what the scheduler works on and its caller reads from.</summary>
internal sealed class GenerationSequence
{
    // A reader that stops, because nobody pays say, stops the work.
    public const int DefaultLookahead = 8;

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _all;
    private readonly TokenChoice[]? _choices;
    private volatile bool _isCancelled;

    /// <param name="prompt">The tokens to begin from; at least one.</param>
    /// <param name="maxNewTokens">The most tokens to generate; 0 to read the prompt alone, which is then kept for later requests.</param>
    /// <param name="sampler">Chooses the tokens; null where none are generated.</param>
    public GenerationSequence(int[] prompt, int maxNewTokens, Sampler? sampler)
    {
        Prompt = prompt;
        MaxNewTokens = maxNewTokens;
        Sampler = sampler;
        _all = GC.AllocateUninitializedArray<int>(prompt.Length + maxNewTokens);
        prompt.CopyTo(_all, 0);
        TokenCount = prompt.Length;
        Tokens = new TokenStream(_all, prompt.Length);
    }

    public int[] Prompt { get; }

    public int MaxNewTokens { get; }

    public Sampler? Sampler { get; }

    /// <summary>Requests of higher priority are served first.</summary>
    public int Priority { get; init; }

    /// <summary>Whose cached beginnings this request may use and leave behind.</summary>
    public PrefixPartition Partition { get; init; }

    /// <summary>How many tokens the engine may run ahead of the reader.</summary>
    public int Lookahead { get; init; } = DefaultLookahead;

    /// <summary>Whether the request leaves its state in the cache and begins with what it finds there.</summary>
    public bool UsesCache { get; init; } = true;

    /// <summary>Whether the state is pinned in the cache in the end, as <see cref="Pinned"/>.</summary>
    public bool IsPinning { get; init; }

    /// <summary>Gathers hidden states; null where tokens are generated.</summary>
    public HiddenPool? Hidden { get; init; }

    /// <summary>How many alternatives to report with each token; null to report nothing of the kind.</summary>
    public int? LogProbs
    {
        get;
        init
        {
            field = value;
            _choices = value is null ? null : new TokenChoice[MaxNewTokens];
        }
    }

    /// <summary>Guesses of the next tokens; null when there are none.</summary>
    public DraftState? Drafts { get; set; }

    /// <summary>The generated tokens, without the one that ends the answer.</summary>
    public TokenStream Tokens { get; }

    /// <summary>Whether the model ended its answer; otherwise it was cut off. Valid once <see cref="Tokens"/> has ended.</summary>
    public bool EndedByModel { get; set; }

    /// <summary>How many tokens of the prompt came from the cache. Valid once there is a token.</summary>
    public int CachedTokens { get; set; }

    /// <summary>What was pinned. Valid once released.</summary>
    public CachedPrefix? Pinned { get; set; }

    /// <summary>Done when the engine has let go of the sequence.</summary>
    public Task Released => _released.Task;

    public bool IsCancelled => _isCancelled;

    public bool HasRoom => Room > 0;

    /// <summary>How many more tokens the reader is waited for with.</summary>
    public int Room => Lookahead - Tokens.Unread;

    /// <summary>The sequence of the runner, once it is open.</summary>
    public SequenceHandle Handle { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>How many tokens the runner has been given.</summary>
    public int Length { get; set; }

    /// <summary>How many tokens there are: prompt and answer so far.</summary>
    public int TokenCount { get; private set; }

    public int GeneratedCount => TokenCount - Prompt.Length;

    public bool IsReading => Length < Prompt.Length;

    /// <summary>How many tokens the runner still has to be given before the next one can be sampled.</summary>
    public int Outstanding => TokenCount - Length;

    /// <summary>Prompt and answer so far.</summary>
    public ReadOnlySpan<int> AllTokens => _all.AsSpan(0, TokenCount);

    /// <summary>The first tokens of the answer. For the reader, of tokens that it has read.</summary>
    public ReadOnlySpan<int> Generated(int count) => _all.AsSpan(Prompt.Length, count);

    public void Cancel() => _isCancelled = true;

    /// <summary>What is to be told of a generated token. Valid once the token can be read, with <see cref="LogProbs"/>.</summary>
    public TokenChoice ChoiceOf(int generated) => _choices![generated];

    /// <summary>Notes what is to be told of the token that is appended next.</summary>
    public void Describe(TokenChoice choice) => _choices![GeneratedCount] = choice;

    public void Append(int token)
    {
        _all[TokenCount++] = token;
        Tokens.Publish();
    }

    public void Complete(Exception? error)
    {
        Tokens.Complete(error);
        _released.TrySetResult();
    }
}
