using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.ProviderProcess;

/// <summary>
/// A model that counts: <c>"0 1 2 3 …"</c>, one token a number, at a chosen pace. Given an unfinished answer it goes on where that
/// stops, so a lost or repeated token shows as a wrong number.
/// </summary>
public sealed class CountingChatClient(int tokens, TimeSpan pace) : IChatClient
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 4096).Select(i => i.ToString(CultureInfo.InvariantCulture) + " ")];

    /// <summary>The whole answer of <paramref name="tokens"/> tokens.</summary>
    public static string Answer(int tokens) => string.Concat(Enumerable.Range(0, tokens).Select(Word));

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var last = messages.Last();
        int first = last.Role == ChatRole.Assistant ? last.Text.AsSpan().Count(' ') : 0;
        using var timer = pace > TimeSpan.Zero ? new PeriodicTimer(pace) : null;
        for (int i = first; i < tokens; i++)
        {
            // The first token is there at once: what passes before it arrives is the network's doing.
            if (timer is not null && i > first)
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var update = new ChatResponseUpdate(ChatRole.Assistant, Word(i));
            update.AdditionalProperties = new AdditionalPropertiesDictionary { ["depin.output_tokens"] = 1 };
            if (i == first)
            {
                update.AdditionalProperties["depin.input_tokens"] = 8;
            }

            yield return update;
        }

        yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(new UsageDetails { InputTokenCount = 8, OutputTokenCount = tokens - first })])
        {
            FinishReason = ChatFinishReason.Stop,
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private static string Word(int i) => i < Words.Length ? Words[i] : i.ToString(CultureInfo.InvariantCulture) + " ";
}
