using System.Runtime.CompilerServices;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Testing;

/// <summary>
/// A model that says given tokens, one an update. Asked to continue an unfinished answer, it goes on where that stops, so that a lost
/// or repeated token shows. Thread-safe; every answer is the same.
/// </summary>
/// <param name="tokens">What it says.</param>
public sealed class ScriptedChatClient(IReadOnlyList<string> tokens) : IChatClient
{
    private readonly string[] _tokens = [.. tokens];
    private int _calls;

    /// <summary>The tokens <c>"t0 "</c>, <c>"t1 "</c>, … of an answer of a given length.</summary>
    public static IReadOnlyList<string> Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => $"t{i} ")];

    /// <summary>How long it thinks before every token.</summary>
    /// <value>Zero: no time passes.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>The clock of <see cref="Delay"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Called, and awaited, before each token with its index; lets a test hold the model at one token.</summary>
    public Func<int, CancellationToken, ValueTask>? BeforeToken { get; init; }

    /// <summary>Before which token it fails; null for never.</summary>
    public int? FaultAt { get; init; }

    /// <summary>With what it fails.</summary>
    public Func<Exception> Fault { get; init; } = static () => new InvalidOperationException("The script says that the model fails here.");

    /// <summary>Whether it counts its tokens (<see cref="TokenCounts"/>), as the SDK's own engines do.</summary>
    /// <value>True.</value>
    public bool CountsTokens { get; init; } = true;

    /// <summary>How many tokens it says the prompt has, when it counts.</summary>
    /// <value>8.</value>
    public int InputTokens { get; init; } = 8;

    /// <summary>Whether it begins again where it should continue, as engines do that do not know how.</summary>
    public bool Restarts { get; init; }

    /// <summary>What the last update reports, for engines that report usage at the end.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>How often it was asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>What it was last asked.</summary>
    public IReadOnlyList<ChatMessage> LastMessages { get; private set; } = [];

    /// <summary>With what options it was last asked.</summary>
    public ChatOptions? LastOptions { get; private set; }

    /// <inheritdoc/>
    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        Interlocked.Increment(ref _calls);
        LastMessages = [.. messages];
        LastOptions = options;
        int first = Restarts ? 0 : FirstToken(LastMessages, options);
        int end = options?.MaxOutputTokens is { } most ? (int)Math.Min(_tokens.Length, (long)first + most) : _tokens.Length;
        for (int i = first; i < end; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, TimeProvider, cancellationToken).ConfigureAwait(false);
            }

            if (BeforeToken is not null)
            {
                await BeforeToken(i, cancellationToken).ConfigureAwait(false);
            }

            if (FaultAt == i)
            {
                throw Fault();
            }

            yield return Say(i, isFirst: i == first);
        }

        var last = new ChatResponseUpdate { FinishReason = end < _tokens.Length ? ChatFinishReason.Length : ChatFinishReason.Stop };
        if (CountsTokens)
        {
            last.AdditionalProperties = new() { [TokenCounts.Output] = 0 };
        }

        if (Usage is not null)
        {
            last.Contents.Add(new UsageContent(Usage));
        }

        yield return last;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private ChatResponseUpdate Say(int index, bool isFirst)
    {
        var update = new ChatResponseUpdate(ChatRole.Assistant, _tokens[index]);
        if (CountsTokens)
        {
            update.AdditionalProperties = new() { [TokenCounts.Output] = 1 };
            if (isFirst)
            {
                update.AdditionalProperties[TokenCounts.Input] = InputTokens;
            }
        }

        return update;
    }

    private int FirstToken(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        if (options?.AdditionalProperties?.TryGetValue("continue_final_message", out var value) != true || value is not true)
        {
            return 0;
        }

        var delivered = messages[^1].Text;
        int at = 0;
        for (int i = 0; i < _tokens.Length; i++)
        {
            if (at == delivered.Length)
            {
                return i;
            }

            if (string.CompareOrdinal(delivered, at, _tokens[i], 0, _tokens[i].Length) != 0)
            {
                break;
            }

            at += _tokens[i].Length;
        }

        return at == delivered.Length
            ? _tokens.Length
            : throw new InvalidOperationException("The answer to continue is not what this script says; a token was lost or repeated.");
    }
}
