using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Rpc.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Rpc;

/// <summary>Asks several nodes the same and believes what enough of them say: for answers on which money depends, where one node may lie. Safe for several threads.</summary>
/// <remarks>
/// Every call goes to every node at the same time, and returns as soon as enough agree. Answers are compared by the values that the chain's client reads, so that nodes of different makes agree. Ask about
/// what is finalized, or about a block by its number or hash: nodes differ about the newest one most of the time. A signed transaction goes to all, and the first node that takes it is enough; methods
/// that neither read nor send signed bytes are refused with <see cref="RpcTransportError.Unsupported"/>.
/// </remarks>
public sealed class QuorumJsonRpcTransport : IJsonRpcTransport
{
    private readonly IJsonRpcTransport[] _transports;
    private readonly int _required;
    private readonly ILogger _logger;

    /// <summary>Joins nodes.</summary>
    /// <param name="transports">The nodes, best of different operators; each may be a <see cref="FailoverJsonRpcTransport"/>, which checks the chain. They are disposed of with this.</param>
    /// <param name="required">How many must agree: 1 to the number of nodes. More than half, or two groups could each have enough.</param>
    /// <param name="logger">Where disagreements are logged; null for nowhere.</param>
    /// <exception cref="ArgumentException">There are no nodes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The required number is half of the nodes or fewer, or above their number.</exception>
    public QuorumJsonRpcTransport(IReadOnlyList<IJsonRpcTransport> transports, int required, ILogger<QuorumJsonRpcTransport>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(transports);
        if (transports.Count == 0)
        {
            throw new ArgumentException("Give at least one node.", nameof(transports));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(required, transports.Count / 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(required, transports.Count);
        _transports = [.. transports];
        _required = required;
        _logger = logger ?? NullLogger<QuorumJsonRpcTransport>.Instance;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        if (requests.FirstOrDefault(request => !RpcDialect.Of(request.Method).MayRepeat(request.Method)) is { } other)
        {
            throw new RpcTransportException(RpcTransportError.Unsupported, $"{other.Method} is not asked of several nodes: it neither reads nor sends signed bytes.");
        }

        if (requests.Count == 0)
        {
            return [];
        }

        var votes = requests.Select(request => new QuorumVote(request.Method, RpcDialect.Of(request.Method).IsSend(request.Method) ? 1 : _required)).ToArray();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asked = _transports.Select(transport => transport.SendAsync(requests, enough.Token)).ToList();
        var failures = new List<RpcTransportException>();
        while (asked.Count > 0)
        {
            var answered = await Task.WhenAny(asked).ConfigureAwait(false);
            asked.Remove(answered);
            try
            {
                var responses = await answered.ConfigureAwait(false);
                for (int i = 0; i < Math.Min(votes.Length, responses.Count); i++)
                {
                    votes[i].Add(responses[i]);
                }
            }
            catch (RpcTransportException problem)
            {
                failures.Add(problem);
            }

            if (votes.All(vote => vote.Winner is not null))
            {
                await LeaveAsync(asked, enough, requests).ConfigureAwait(false);
                return [.. votes.Select(vote => vote.Winner!)];
            }
        }

        foreach (var vote in votes)
        {
            vote.Close(failures.Any(failure => failure.MayHaveBeenReceived));
        }

        return votes.All(vote => vote.Winner is not null) ? [.. votes.Select(vote => vote.Winner!)] : throw Undecided(votes, failures);
    }

    /// <summary>Disposes of the nodes' transports.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var transport in _transports)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Slow nodes are not waited for, but a transaction is left to reach them.
    private static async Task LeaveAsync(List<Task<IReadOnlyList<JsonRpcResponse>>> asked, CancellationTokenSource enough, IReadOnlyList<JsonRpcRequest> requests)
    {
        if (requests.All(request => !RpcDialect.Of(request.Method).IsSend(request.Method)))
        {
            await enough.CancelAsync().ConfigureAwait(false);
        }

        foreach (var slow in asked)
        {
            _ = slow.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously | TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private RpcTransportException Undecided(QuorumVote[] votes, List<RpcTransportException> failures)
    {
        bool received = votes.Any(vote => vote.Answers > 0) || failures.Any(failure => failure.MayHaveBeenReceived);
        if (_transports.Length - failures.Count < _required)
        {
            var last = failures[^1];
            return new RpcTransportException(last.Kind, $"Only {_transports.Length - failures.Count} of {_transports.Length} nodes answered, {_required} are required: {last.Message}", received, last.NodeError, last);
        }

        var open = votes.First(vote => vote.Winner is null);
        RpcLog.NoQuorum(_logger, open.Method);
        return new RpcTransportException(RpcTransportError.NoQuorum, $"Fewer than {_required} of {_transports.Length} nodes agree about the answer to {open.Method}.", mayHaveBeenReceived: received);
    }
}
