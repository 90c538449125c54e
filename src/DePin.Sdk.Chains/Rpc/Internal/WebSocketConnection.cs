using System.Buffers;
using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>One WebSocket connection: calls by their ids, and the events of subscriptions. It ends once, with the reason, and fails every call that waits.</summary>
internal sealed class WebSocketConnection : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    /// <summary>A node that leaves so many calls unanswered is dead, though its connection lives.</summary>
    private const int MaxGivenUp = 4096;

    private readonly WebSocket _socket;
    private readonly string _name;
    private readonly WebSocketJsonRpcOptions _options;
    private readonly ConcurrentDictionary<long, PendingCall> _pending = new();
    private readonly ConcurrentDictionary<long, bool> _givenUp = new();
    private readonly SubscriptionTable _subscriptions = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Task _receiving;
    private RpcTransportException? _failure;
    private long _lastId;

    public WebSocketConnection(WebSocket socket, string name, WebSocketJsonRpcOptions options)
    {
        _socket = socket;
        _name = name;
        _options = options;
        _receiving = ReceiveAsync();
    }

    /// <summary>Ends when the connection does.</summary>
    public Task Completion => _receiving;

    /// <summary>Why the connection ended; null while it lives.</summary>
    public RpcTransportException? Failure => Volatile.Read(ref _failure);

    public Task<JsonRpcResponse> CallAsync(JsonRpcRequest request, CancellationToken cancellationToken) => CallAsync(request, null, cancellationToken);

    /// <summary>Starts a subscription; its events come from the moment of the answer on.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="isAgain">Whether it had events before, some of which may be missing now.</param>
    /// <param name="onStarted">Runs when it has started, before anything else is read.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<JsonRpcResponse> SubscribeAsync(ISubscription subscription, bool isAgain, Action? onStarted, CancellationToken cancellationToken)
    {
        _subscriptions.Expect();
        try
        {
            return await CallAsync(subscription.Request, Start, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _subscriptions.Expected();
        }

        void Start(JsonElement result)
        {
            _subscriptions.Add(result, subscription, isAgain);
            onStarted?.Invoke();
        }
    }

    /// <summary>Stops a subscription's events and returns its name; null when it has none here.</summary>
    public SubscriptionName? Remove(ISubscription subscription) => _subscriptions.Remove(subscription);

    public async ValueTask DisposeAsync()
    {
        End(new RpcTransportException(RpcTransportError.Unavailable, $"The connection to {_name} was closed here."));
        await _receiving.ConfigureAwait(false);
        _socket.Dispose();
    }

    private async Task<JsonRpcResponse> CallAsync(JsonRpcRequest request, Action<JsonElement>? onResult, CancellationToken cancellationToken)
    {
        long id = Interlocked.Increment(ref _lastId);
        var call = new PendingCall(onResult);
        _pending[id] = call;
        if (Failure is { } failure)
        {
            _pending.TryRemove(id, out _);
            throw Copy(failure, mayHaveBeenReceived: false);
        }

        using var timeout = new CancellationTokenSource(_options.Timeout, _options.TimeProvider);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        var sending = SendAsync(JsonRpcCodec.Encode([request], id), call);
        try
        {
            // The answer can be there before the sending is known to be done, and counts whatever becomes of the connection then. A sending that fails ends the connection, which fails the call.
            return await call.Answer.Task.WaitAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException problem) when (linked.IsCancellationRequested)
        {
            GiveUp(id, call);
            cancellationToken.ThrowIfCancellationRequested();
            var late = new RpcTransportException(RpcTransportError.TimedOut, $"{_name} did not answer {request.Method} in {_options.Timeout.TotalSeconds:0.###} seconds.", mayHaveBeenReceived: call.Sent, innerException: problem);
            if (!sending.IsCompleted)
            {
                // Nothing can be sent past bytes that the node does not take.
                End(late);
            }

            throw late;
        }
    }

    private void GiveUp(long id, PendingCall call)
    {
        if (!call.GiveUp())
        {
            _pending.TryRemove(id, out _);
            return;
        }

        // Listed before it is removed: an answer that comes in between must find it in one of the two.
        _givenUp[id] = true;
        if (!_pending.TryRemove(id, out _))
        {
            _givenUp.TryRemove(id, out _);
        }
        else if (_givenUp.Count > MaxGivenUp)
        {
            End(new RpcTransportException(RpcTransportError.Unavailable, $"{_name} left {MaxGivenUp:N0} calls unanswered.", mayHaveBeenReceived: true));
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, PendingCall call)
    {
        try
        {
            await _sending.WaitAsync(_lifetime.Token).ConfigureAwait(false);
            try
            {
                if (call.TryStartSending())
                {
                    await _socket.SendAsync(message, WebSocketMessageType.Text, endOfMessage: true, _lifetime.Token).ConfigureAwait(false);
                }
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception problem)
        {
            // Whatever it is: a call must never wait for an answer to what did not leave.
            End(Lost(problem));
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            while (true)
            {
                int length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    if (length == buffer.Length)
                    {
                        Resize(ref buffer, length, buffer.Length * 2);
                    }

                    part = await _socket.ReceiveAsync(buffer.AsMemory(length), _lifetime.Token).ConfigureAwait(false);
                    if (part.MessageType != WebSocketMessageType.Text)
                    {
                        End(part.MessageType == WebSocketMessageType.Close
                            ? new RpcTransportException(RpcTransportError.Unavailable, $"{_name} closed the connection ({(int?)_socket.CloseStatus ?? 0}).", mayHaveBeenReceived: true)
                            : new RpcTransportException(RpcTransportError.Malformed, $"{_name} sent a binary message, which JSON-RPC has not.", mayHaveBeenReceived: true));
                        return;
                    }

                    length += part.Count;
                    if (length > _options.MaxMessageBytes)
                    {
                        EndAtTooLarge(buffer.AsSpan(0, length));
                        return;
                    }
                }
                while (!part.EndOfMessage);

                Dispatch(buffer.AsSpan(0, length));
                if (buffer.Length > 16 * BufferSize)
                {
                    Resize(ref buffer, 0, BufferSize);
                }
            }
        }
        catch (RpcTransportException problem)
        {
            End(problem);
        }
        catch (Exception problem)
        {
            // Whatever it is: a call must never wait for a reader that is gone.
            End(Lost(problem));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void Dispatch(ReadOnlySpan<byte> message)
    {
        var incoming = JsonRpcCodec.DecodeMessage(message);
        if (incoming.Response is not { } response)
        {
            _subscriptions.Deliver(incoming.Subscription, incoming.Event);
        }
        else if (incoming.Id is { } id && _pending.TryRemove(id, out var call))
        {
            call.Complete(response);
        }
        else if (incoming.Id is not { } late || !_givenUp.TryRemove(late, out _))
        {
            throw new RpcTransportException(RpcTransportError.Malformed, $"{_name} answered a call that was not made, or answered one twice.", mayHaveBeenReceived: true);
        }
    }

    // The node may not give more than the limit in one answer, but which call it belongs to stands at its start as a rule; that call shall not be repeated as it is.
    private void EndAtTooLarge(ReadOnlySpan<byte> start)
    {
        var failure = new RpcTransportException(
            RpcTransportError.LimitExceeded,
            $"An answer of {_name} is above {_options.MaxMessageBytes:N0} bytes; ask for less, or raise {nameof(WebSocketJsonRpcOptions)}.{nameof(WebSocketJsonRpcOptions.MaxMessageBytes)}.",
            mayHaveBeenReceived: true);
        if (JsonRpcCodec.FindId(start) is { } id && _pending.TryRemove(id, out var call))
        {
            call.Answer.TrySetException(failure);
        }

        End(new RpcTransportException(RpcTransportError.Unavailable, $"The connection to {_name} ended at a message above {_options.MaxMessageBytes:N0} bytes.", mayHaveBeenReceived: true, innerException: failure));
    }

    private void End(RpcTransportException failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is not null)
        {
            return;
        }

        _lifetime.Cancel();
        _socket.Abort();
        foreach (long id in _pending.Keys)
        {
            if (_pending.TryRemove(id, out var call))
            {
                call.Answer.TrySetException(Copy(failure, call.Sent));
            }
        }
    }

    private RpcTransportException Lost(Exception problem) => new(RpcTransportError.Unavailable, $"The connection to {_name} was lost.", mayHaveBeenReceived: true, innerException: problem);

    private static RpcTransportException Copy(RpcTransportException failure, bool mayHaveBeenReceived)
        => failure.With(mayHaveBeenReceived);

    private static void Resize(ref byte[] buffer, int length, int size)
    {
        byte[] other = ArrayPool<byte>.Shared.Rent(size);
        buffer.AsSpan(0, length).CopyTo(other);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = other;
    }
}
