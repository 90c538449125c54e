using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DePin.Sdk.Compute.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

/// <summary>A character that a player talks to, made for a frame loop: it is told something, and looked at once in every frame.</summary>
/// <remarks>
/// <para>
/// <see cref="Poll"/> never waits, and allocates nothing; nor does it throw. All computing goes on in the model's own threads, whose use of
/// the machine <see cref="Inference.ComputeBudget"/> bounds. Many NPCs of one model answer together in one batch.
/// </para>
/// <para>
/// When a conversation does not fit into the context, the oldest lines are forgotten until the rest fills half of it; persona, examples, facts
/// and the player's last line always stay. For one thread, the game's; different conversations may be used by different threads.
/// </para>
/// </remarks>
public sealed partial class NpcConversation : IDisposable
{
    private const int CharactersPerToken = 12;

    private readonly LocalModel _model;
    private readonly NpcOptions _options;
    private readonly ChatOptions _chat;
    private readonly NpcPrompts _prompts;
    private readonly NpcMemory _memory;
    private readonly NpcReply _reply;
    private NpcTurn? _turn;
    private GenerationSequence? _sequence;
    private string? _line;
    private bool _isAdmitted;
    private int _heard;
    private bool _disposed;

    /// <summary>Creates a character; costs nothing until somebody speaks to it.</summary>
    /// <param name="model">The model; it is not disposed with the conversation.</param>
    /// <param name="options">Who the NPC is and how it answers; later changes are not seen.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public NpcConversation(LocalModel model, NpcOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _model = model;
        _options = options;
        _chat = options.Chat.Clone();
        _chat.MaxOutputTokens ??= NpcOptions.DefaultMaxOutputTokens;
        var request = ChatRequest.Read(_chat, model.Sampling);
        model.PartitionOf(request.Properties);
        _prompts = new NpcPrompts(model, model.CreateExtras(request.Tools, _chat));
        _memory = new NpcMemory(options);
        _reply = new NpcReply(
            model.Tokenizer, [.. request.Stops], options.SpeechProperty, CharactersPerToken * Math.Min(_chat.MaxOutputTokens.Value, model.ContextLength));
    }

    /// <summary>What the NPC is doing, as of the last <see cref="Poll"/>.</summary>
    public NpcState State { get; private set; }

    /// <summary>How its last answer ended.</summary>
    public NpcEnding Ending { get; private set; }

    /// <summary>Why it is <see cref="NpcState.Failed"/>; otherwise null.</summary>
    public Exception? Error { get; private set; }

    /// <summary>What the NPC says, as far as it has come; valid until the next call of any method.</summary>
    public ReadOnlySpan<char> Text => _reply.Speech;

    /// <summary>What the last <see cref="Poll"/> added to <see cref="Text"/>.</summary>
    public ReadOnlySpan<char> NewText => _reply.Speech[_heard..];

    /// <summary>The answer as the model writes it: JSON where the options ask for it, otherwise the same as <see cref="Text"/>.</summary>
    public ReadOnlySpan<char> RawText => _reply.Text;

    /// <summary>Tokens of the answer so far.</summary>
    public int AnswerTokens { get; private set; }

    /// <summary>Tokens of the prompt that is being answered: persona, facts and conversation. 0 while it is being made.</summary>
    public int PromptTokens { get; private set; }

    /// <summary>How many of <see cref="PromptTokens"/> the model had not to read again. Valid once the NPC speaks.</summary>
    public int CachedTokens { get; private set; }

    /// <summary>How many messages were forgotten because the context was full.</summary>
    public int ForgottenMessages => _memory.Forgotten;

    /// <summary>What the NPC was told to remember.</summary>
    public IReadOnlyList<string> Facts => _memory.Facts;

    /// <summary>What was said and not forgotten, without an answer that goes on; a copy.</summary>
    public IReadOnlyList<ChatMessage> History => [.. _memory.LinesWith(UnfailedLine, _turn is null ? Answer() : null).Select(static l => l.Message)];

    private string? UnfailedLine => State == NpcState.Failed && RawText.IsEmpty ? null : _line;

    /// <summary>Says something to the NPC; its answer comes with later calls of <see cref="Poll"/>. An answer that goes on is interrupted.</summary>
    /// <param name="line">What the player says or does.</param>
    /// <exception cref="ArgumentException">The line is empty.</exception>
    public void Say(string line)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentException.ThrowIfNullOrWhiteSpace(line);
        Interrupt();
        Commit();
        _line = line;
        _turn = new NpcTurn(_model, _prompts, _memory.Head(), _memory.LinesWith(line), _chat);
        (State, Ending, Error) = (NpcState.Thinking, NpcEnding.None, null);
        ThreadPool.UnsafeQueueUserWorkItem(_turn, preferLocal: false);
    }

    /// <summary>Looks whether there is news. To be called once in every frame; returns at once, and throws nothing.</summary>
    /// <returns>Whether <see cref="NewText"/> has something or <see cref="State"/> has changed.</returns>
    public bool Poll()
    {
        _heard = _reply.Speech.Length;
        if (_turn is not { } turn)
        {
            return false;
        }

        if (turn.Sequence is not { } sequence)
        {
            return turn.Error is { } error && Fail(error);
        }

        var before = State;
        try
        {
            Admit(turn);

            // Looked at before the tokens: once it says so, the last of them is there.
            bool isComplete = sequence.Tokens.IsCompleted;
            while (!_reply.IsStopped && sequence.Tokens.TryRead(out int token))
            {
                AnswerTokens++;
                CachedTokens = sequence.CachedTokens;
                _reply.Append(token);
            }

            if (_reply.IsStopped)
            {
                _model.Scheduler.Cancel(sequence);
                End(NpcEnding.Finished);
            }
            else if (isComplete && sequence.Tokens.Error is { } failure)
            {
                Fail(failure);
            }
            else if (isComplete)
            {
                _reply.Finish();
                End(sequence.EndedByModel ? NpcEnding.Finished : NpcEnding.CutOff);
            }
            else if (_reply.Speech.Length > 0)
            {
                State = NpcState.Speaking;
            }
        }
#pragma warning disable CA1031 // A frame loop must not end because an answer does.
        catch (Exception e)
#pragma warning restore CA1031
        {
            turn.Cancel();
            Fail(e);
        }

        return State != before || !NewText.IsEmpty;
    }

    /// <summary>Ends the answer, because the player walks away, say; what has been said so far stays in memory. Nothing happens when there is none.</summary>
    public void Interrupt()
    {
        if (_turn is { } turn)
        {
            turn.Cancel();
            End(NpcEnding.Interrupted);
        }
    }

    /// <summary>Adds a fact to what the NPC knows for good. It stands behind the persona, so the conversation is read anew for the next answer.</summary>
    /// <param name="fact">A sentence, such as <c>The player saved your cat.</c></param>
    public void Remember(string fact)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(fact);
        _memory.Facts.Add(fact);
    }

    /// <summary>Forgets a fact.</summary>
    /// <param name="fact">The fact, word by word.</param>
    /// <returns>Whether it was known.</returns>
    public bool Forget(string fact) => _memory.Facts.Remove(fact);

    /// <summary>Forgets the whole conversation; persona and facts stay. An answer that goes on is interrupted.</summary>
    public void ForgetConversation()
    {
        Interrupt();
        Commit();
        _memory.Forget(_memory.Lines.Count);
        State = NpcState.Idle;
    }

    /// <summary>Reads an answer that is JSON. Allocates, so it is meant for when the NPC is <see cref="NpcState.Done"/>.</summary>
    /// <typeparam name="T">What the NPC wants to do.</typeparam>
    /// <param name="typeInfo">How to read it, from a source-generated context.</param>
    /// <param name="action">What was read.</param>
    /// <returns>False when there is no answer, or it was cut off or interrupted and is no valid JSON.</returns>
    public bool TryGetAction<T>(JsonTypeInfo<T> typeInfo, [NotNullWhen(true)] out T? action)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        action = default;
        if (State != NpcState.Done || RawText.IsEmpty)
        {
            return false;
        }

        try
        {
            action = JsonSerializer.Deserialize(RawText, typeInfo);
        }
        catch (JsonException)
        {
        }

        return action is not null;
    }

    /// <summary>Ends the answer and lets go of what was kept for the conversation.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            Interrupt();
            _disposed = true;
            LetGo();
        }
    }

    /// <summary>What the NPC has said so far; null for nothing.</summary>
    private NpcLine? Answer() => RawText.IsEmpty ? null : CreateLine(_model, RawText.ToString(), _sequence!.Generated(AnswerTokens).ToArray());

    /// <summary>Takes note of a prompt that has been made.</summary>
    private void Admit(NpcTurn turn)
    {
        if (!_isAdmitted)
        {
            _isAdmitted = true;
            _sequence = turn.Sequence!;
            PromptTokens = _sequence.Prompt.Length;
            _memory.Forget(turn.Forgotten);
        }
    }

    private bool Fail(Exception error)
    {
        Error = error;
        End(NpcEnding.Failed);
        return true;
    }

    private void End(NpcEnding ending)
    {
        _turn = null;
        Ending = ending;
        State = ending == NpcEnding.Failed ? NpcState.Failed : NpcState.Done;
    }

    /// <summary>Puts the last exchange into memory; of one that failed before anything was said, nothing stays. Done late, so that no frame pays for it.</summary>
    private void Commit()
    {
        var answer = Answer();
        _memory.Add(UnfailedLine, answer);
        if (answer is not null)
        {
            // The answer is kept like that of any other request now.
            _restored?.Dispose();
        }

        _line = null;
        _sequence = null;
        _reply.Clear();
        _heard = 0;
        _isAdmitted = false;
        (AnswerTokens, PromptTokens, CachedTokens) = (0, 0, 0);
    }
}
