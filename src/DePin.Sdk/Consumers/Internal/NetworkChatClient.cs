using System.Collections.Concurrent;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>The network as an <see cref="IChatClient"/>.</summary>
internal sealed class NetworkChatClient : IChatClient
{
    private const int MaxRoutes = 64;

    private readonly DePinClient _client;
    private readonly ConsumerServices _services;
    private readonly ChatRoutingOptions _routing;
    private readonly ModelRoute _route;
    private readonly ConcurrentDictionary<string, ModelRoute> _otherRoutes = new();

    public NetworkChatClient(DePinClient client, ConsumerServices services, string model, ChatRoutingOptions routing)
    {
        _client = client;
        _services = services;
        _routing = routing;
        _route = new ModelRoute(JobKinds.Chat, model, routing);
        Metadata = new ChatClientMetadata("depin", defaultModelId: model);
    }

    private ChatClientMetadata Metadata { get; }

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var response = await GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken).ConfigureAwait(false);

        // The last update's properties become its message's; they are said of the whole response too.
        response.AdditionalProperties ??= response.Messages is [.., { AdditionalProperties: { } bill }] ? bill.Clone() : null;
        return response;
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        _client.ThrowIfDisposed();

        // Both are copied: the caller may change them while the answer streams, and a failover must ask what was asked before.
        var conversation = messages.ToArray();
        if (conversation.Length == 0)
        {
            throw new ArgumentException("There is no message; send at least one.", nameof(messages));
        }

        var asked = options?.Clone();
        return new ChatAnswer(() => new ChatRun(_services, _routing, RouteTo(asked?.ModelId), conversation, asked), cancellationToken);
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? Metadata
            : serviceType == typeof(DePinClient) ? _client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // Connections, channels and statistics are the network's, and shared.
    }

    private ModelRoute RouteTo(string? model)
    {
        if (model is null || model == _route.Model)
        {
            return _route;
        }

        // What is remembered of a model only makes hedging wiser; beyond a bound it is forgotten.
        if (_otherRoutes.Count >= MaxRoutes)
        {
            _otherRoutes.Clear();
        }

        return _otherRoutes.GetOrAdd(model, static (name, routing) => new ModelRoute(JobKinds.Chat, name, routing), _routing);
    }
}
