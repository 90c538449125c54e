using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Sampling;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

/// <summary>One answer in the making: its prompt is made on a thread of the pool, its tokens on the engine's, and the game's thread looks on.</summary>
internal sealed class NpcTurn(LocalModel model, NpcPrompts prompts, ChatMessage[] head, NpcLine[] lines, ChatOptions options) : IThreadPoolWorkItem
{
    private volatile GenerationSequence? _sequence;
    private volatile Exception? _error;
    private volatile bool _isCancelled;

    /// <summary>What the engine works on; null while the prompt is being made.</summary>
    public GenerationSequence? Sequence => _sequence;

    /// <summary>Why there will be no sequence.</summary>
    public Exception? Error => _error;

    /// <summary>How many of the lines did not fit. Valid once there is a sequence.</summary>
    public int Forgotten { get; private set; }

    public void Cancel()
    {
        _isCancelled = true;
        if (_sequence is { } sequence)
        {
            model.Scheduler.Cancel(sequence);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (_isCancelled)
        {
            return;
        }

        try
        {
            var request = ChatRequest.Read(options, model.Sampling);
            var prompt = prompts.Fit(head, lines, request.MaxOutputTokens!.Value, out int forgotten);
            var sequence = LocalChatClient.CreateSequence(model, request, prompt, lookahead: request.MaxOutputTokens.Value);
            model.Scheduler.Submit(sequence);
            Forgotten = forgotten;
            _sequence = sequence;
            Interlocked.MemoryBarrier();
            if (_isCancelled)
            {
                model.Scheduler.Cancel(sequence);
            }
        }
#pragma warning disable CA1031 // The game finds it when it looks on; nothing may escape into the pool.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _error = e;
        }
    }
}
