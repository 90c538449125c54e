using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace Quickstart;

/// <summary>Slows a small, fast model down to reading speed, and says on standard output when it is answering.</summary>
internal sealed class PacedChatClient(IChatClient inner, TimeSpan pace) : DelegatingChatClient(inner)
{
    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Console.WriteLine("SERVING");
        try
        {
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                if (pace > TimeSpan.Zero)
                {
                    await Task.Delay(pace, cancellationToken);
                }

                yield return update;
            }
        }
        finally
        {
            Console.WriteLine("IDLE");
        }
    }
}
