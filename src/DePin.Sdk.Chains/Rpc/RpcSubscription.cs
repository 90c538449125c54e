using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>Events that a node sends by itself. It outlives the connection: after a loss it is made anew, and its reader is told that events may be missing.</summary>
/// <typeparam name="T">What is subscribed to.</typeparam>
public sealed class RpcSubscription<T> : IAsyncDisposable, ISubscription
    where T : class
{
    private readonly Channel<RpcSubscriptionEvent<T>> _events;
    private readonly SubscriptionTerms<T> _terms;
    private readonly Func<ISubscription, ValueTask> _release;
    private int _dropped;
    private volatile bool _isOver;

    internal RpcSubscription(SubscriptionTerms<T> terms, int capacity, Func<ISubscription, ValueTask> release)
    {
        _terms = terms;
        _release = release;

        // For heads the newest event counts most; whatever is dropped, the reader has to ask for the rest itself.
        _events = Channel.CreateBounded<RpcSubscriptionEvent<T>>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = false, SingleWriter = false },
            _ => Interlocked.Exchange(ref _dropped, 1));
    }

    JsonRpcRequest ISubscription.Request => _terms.Request;

    string ISubscription.Unsubscribe => _terms.Unsubscribe;

    string ISubscription.Notification => _terms.Notification;

    JsonValueKind ISubscription.NameKind => _terms.NameKind;

    bool ISubscription.IsOver => _isOver;

    /// <summary>The events, in the order in which the node sent them, until the subscription is disposed of or its last event was read. Several readers share them.</summary>
    /// <exception cref="RpcException">The node refuses the subscription after a reconnection, or sent something that is no event.</exception>
    public async IAsyncEnumerable<RpcSubscriptionEvent<T>> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var item in _events.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (Interlocked.Exchange(ref _dropped, 0) == 1)
            {
                RpcMetrics.MayHaveMissed();
                yield return default;
            }

            yield return item;
        }
    }

    /// <summary>Ends the subscription; what is buffered can still be read.</summary>
    public ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        return _release(this);
    }

    void ISubscription.Deliver(JsonElement value)
    {
        try
        {
            var item = _terms.Read(value);
            _events.Writer.TryWrite(new RpcSubscriptionEvent<T>(item));
            if (_terms.IsLast(item))
            {
                _isOver = true;
                _events.Writer.TryComplete();
            }
        }
        catch (RpcException problem)
        {
            _events.Writer.TryComplete(problem);
        }
    }

    void ISubscription.MarkGap()
    {
        RpcMetrics.MayHaveMissed();
        _events.Writer.TryWrite(default);
    }

    void ISubscription.Fail(RpcException? problem) => _events.Writer.TryComplete(problem);
}
