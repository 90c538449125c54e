using System.Threading.Channels;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Inference;

/// <summary>One answer in the making: what the scheduler works on and its caller reads from.</summary>
internal sealed class GenerationSequence
{
    // How far the engine may run ahead of its reader. A reader that stops, because nobody pays say, stops the work.
    private const int Lookahead = 8;

    private readonly Channel<int> _tokens = Channel.CreateBounded<int>(
        new BoundedChannelOptions(Lookahead) { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = false });

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCancelled;

    /// <param name="prompt">The tokens to begin from; at least one.</param>
    /// <param name="maxNewTokens">The most tokens to generate, at least 1.</param>
    /// <param name="sampler">Chooses the tokens.</param>
    public GenerationSequence(int[] prompt, int maxNewTokens, Sampler sampler)
    {
        Prompt = prompt;
        MaxNewTokens = maxNewTokens;
        Sampler = sampler;
    }

    public int[] Prompt { get; }

    public int MaxNewTokens { get; }

    public Sampler Sampler { get; }

    /// <summary>The generated tokens, without the one that ends the answer.</summary>
    public ChannelReader<int> Tokens => _tokens.Reader;

    /// <summary>Whether the model ended its answer; otherwise it was cut off. Valid once <see cref="Tokens"/> has ended.</summary>
    public bool EndedByModel { get; set; }

    /// <summary>Done when the engine has let go of the sequence.</summary>
    public Task Released => _released.Task;

    public bool IsCancelled => _isCancelled;

    public bool HasRoom => _tokens.Reader.Count < Lookahead;

    /// <summary>The sequence of the runner, once it is open.</summary>
    public SequenceHandle Handle { get; set; }

    public bool IsOpen { get; set; }

    /// <summary>How many tokens the runner has been given.</summary>
    public int Length { get; set; }

    public int GeneratedCount { get; set; }

    public int LastToken { get; set; }

    /// <summary>How many tokens the runner still has to be given before the next one can be sampled.</summary>
    public int Outstanding => Math.Max(Prompt.Length - Length, 1);

    public int TokenAt(int position) => position < Prompt.Length ? Prompt[position] : LastToken;

    public void Cancel() => _isCancelled = true;

    public void Write(int token) => _tokens.Writer.TryWrite(token);

    public void Complete(Exception? error)
    {
        _tokens.Writer.TryComplete(error);
        _released.TrySetResult();
    }
}
