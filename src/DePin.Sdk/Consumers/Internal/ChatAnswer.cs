using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>An answer that is asked for when it is enumerated, and again each time.</summary>
/// <param name="start">Makes a request.</param>
/// <param name="caller">The token given with the request; the enumerator's own counts too.</param>
internal sealed class ChatAnswer(Func<ChatRun> start, CancellationToken caller) : IAsyncEnumerable<ChatResponseUpdate>
{
    public IAsyncEnumerator<ChatResponseUpdate> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        start().StreamAsync(caller).GetAsyncEnumerator(cancellationToken);
}
