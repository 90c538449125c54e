using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DePin.Sdk.Compute.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Games;

public sealed partial class NpcConversation
{
    private PinnedPrefix? _restored;
    private Task<PinnedPrefix>? _warm;

    /// <summary>How many tokens of a restored conversation the model need not read again; 0 when nothing was restored or all has to be read.</summary>
    public int RestoredTokens => _restored?.TokenCount ?? 0;

    /// <summary>
    /// Why the model's state in a save could not be used, because it is of another model, say; the transcript was restored, and will be read
    /// anew for the next answer. Null when it could be used.
    /// </summary>
    public Exception? RestoreError { get; private set; }

    private static JsonTypeInfo<ChatOptions> ChatOptionsType => (JsonTypeInfo<ChatOptions>)AIJsonUtilities.DefaultOptions.GetTypeInfo(typeof(ChatOptions));

    /// <summary>Has the model read persona and conversation ahead, on its own threads, so that the next answer begins sooner. What was read stays in memory until the conversation is disposed.</summary>
    /// <remarks>A failure is not reported; the next answer then reads everything itself.</remarks>
    public void WarmUp()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Release(_warm);
        var (head, lines) = (_memory.Head(), _memory.LinesWith(UnfailedLine, Answer()));
        _warm = Task.Run(() => _model.PreloadTokensAsync(_prompts.CreatePrefix(head, lines), _chat, CancellationToken.None));
    }

    /// <summary>Saves the conversation with what the model remembers of it, so that after loading the next answer need not read it again.</summary>
    /// <remarks>
    /// What is saved is the conversation at the time of the call; an answer that goes on is saved as far as it has come, and goes on. The
    /// rest happens on other threads and computes nothing, so it works while the model is paused. The save is not encrypted.
    /// </remarks>
    /// <param name="destination">Where to write; may be a part of a larger saved game.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>How many tokens need not be read again after loading.</returns>
    public Task<int> SaveAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ObjectDisposedException.ThrowIf(_disposed, this);
        var lines = _memory.LinesWith(UnfailedLine, Answer());
        var data = new NpcSaveData
        {
            Model = _model.ModelId,
            Persona = _options.Persona,
            MemoryHeading = _options.MemoryHeading,
            SpeechProperty = _options.SpeechProperty,
            Chat = JsonSerializer.SerializeToElement(_chat, ChatOptionsType),
            Examples = [.. _options.Examples.Select(static m => ToSaved(new NpcLine(m)))],
            Facts = [.. _memory.Facts],
            Lines = [.. lines.Select(ToSaved)],
            Forgotten = _memory.Forgotten,
        };
        var head = _memory.Head();
        return Task.Run(() => SaveAsync(data, head, lines, destination, cancellationToken), cancellationToken);
    }

    /// <summary>Goes on with a conversation that was saved.</summary>
    /// <remarks>
    /// Where the model's state in the save does not fit, because the save is of another model or version of the engine, the transcript alone is
    /// taken, and <see cref="RestoreError"/> tells. Saves may come from anybody: a forged one can make the NPC say anything, but no more.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="source">Where to read; stands behind the save afterwards.</param>
    /// <param name="options">Who the NPC is and how it answers, where that has changed; null for what was saved.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ModelFormatException">The save is damaged.</exception>
    public static async Task<NpcConversation> RestoreAsync(
        LocalModel model, Stream source, NpcOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(source);
        var (data, stateBytes) = await NpcSaveFile.ReadAsync(source, cancellationToken).ConfigureAwait(false);
        using var state = new SegmentedBuffer();
        bool fits = await NpcSaveFile.TakeStateAsync(source, stateBytes, model.MaxStateBytes, state, cancellationToken).ConfigureAwait(false);
        var conversation = options is null ? CreateSaved(model, data) : new NpcConversation(model, options);
        conversation._memory.Restore(data.Facts, data.Lines.Select(l => ToLine(model, l)), data.Forgotten);
        if (!fits)
        {
            conversation.RestoreError = new ModelFormatException($"The saved state has {stateBytes} bytes, more than any of this model; it belongs to another one.");
            return conversation;
        }

        try
        {
            if (state.Length > 0)
            {
                conversation._restored = await model.RestoreStateAsync(state, conversation._chat, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is ModelFormatException or InferenceException)
        {
            conversation.RestoreError = e;
        }

        return conversation;
    }

    private static NpcConversation CreateSaved(LocalModel model, NpcSaveData data)
    {
        try
        {
            var options = new NpcOptions
            {
                Persona = data.Persona,
                MemoryHeading = data.MemoryHeading,
                SpeechProperty = data.SpeechProperty,
                Chat = data.Chat.Deserialize(ChatOptionsType)!,
            };
            foreach (var example in data.Examples)
            {
                options.Examples.Add(ToMessage(example));
            }

            return new NpcConversation(model, options);
        }
        catch (Exception e) when (e is ArgumentException or JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new ModelFormatException("The options in the saved conversation cannot be used with this model; pass others.", e);
        }
    }

    private static NpcSavedLine ToSaved(NpcLine line) => new(line.Message.Role == ChatRole.User, line.Message.Text, line.Tokens);

    private static NpcLine ToLine(LocalModel model, NpcSavedLine line) =>
        line.Player || line.Tokens is null ? new NpcLine(ToMessage(line)) : CreateLine(model, line.Text, line.Tokens);

    /// <summary>What the NPC said, with its tokens if they are just that text; those of a save may be anything.</summary>
    private static NpcLine CreateLine(LocalModel model, string text, int[] tokens)
    {
        byte[] expected = Encoding.UTF8.GetBytes(text);
        var rest = expected.AsSpan();
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)model.Tokenizer.VocabularySize || !rest.StartsWith(model.Tokenizer.GetBytes(token)))
            {
                rest = expected;
                break;
            }

            rest = rest[model.Tokenizer.GetBytes(token).Length..];
        }

        return new NpcLine(new ChatMessage(ChatRole.Assistant, text), rest.IsEmpty ? tokens : null);
    }

    private static ChatMessage ToMessage(NpcSavedLine line) => new(line.Player ? ChatRole.User : ChatRole.Assistant, line.Text);

    private static void Release(Task<PinnedPrefix>? reading) =>
        reading?.ContinueWith(static t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private async Task<int> SaveAsync(NpcSaveData data, ChatMessage[] head, NpcLine[] lines, Stream destination, CancellationToken cancellationToken)
    {
        using var state = new SegmentedBuffer();
        int[] prefix = _prompts.CreatePrefix(head, lines);
        int tokens = prefix.Length == 0 ? 0 : await _model.SaveTokensAsync(prefix, state, _chat, cancellationToken).ConfigureAwait(false);
        await NpcSaveFile.WriteAsync(destination, data, state, cancellationToken).ConfigureAwait(false);
        return tokens;
    }

    private void LetGo()
    {
        Release(_warm);
        _restored?.Dispose();
        _restored = null;
    }
}
