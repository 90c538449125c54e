using System.Diagnostics;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>The span and the measurements of one exchange with a node.</summary>
internal sealed class RpcTrace : IDisposable
{
    private readonly IReadOnlyList<JsonRpcRequest> _requests;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly Activity? _activity;
    private string? _failure;

    private RpcTrace(IReadOnlyList<JsonRpcRequest> requests)
    {
        _requests = requests;
        _activity = ChainsTelemetry.Source.StartActivity(ChainsTelemetry.Spans.Rpc, ActivityKind.Client);
        _activity?.SetTag(ChainsTelemetry.Tags.RpcSystem, "jsonrpc");
        _activity?.SetTag(ChainsTelemetry.Tags.RpcMethod, Method);
        _activity?.SetTag(ChainsTelemetry.Tags.BatchSize, requests.Count);
    }

    private string Method => _requests.Count == 0 ? "none" : _requests[0].Method;

    public static RpcTrace Start(IReadOnlyList<JsonRpcRequest> requests) => new(requests);

    /// <summary>Counts the errors among the answers; the exchange itself succeeded.</summary>
    public void End(IReadOnlyList<JsonRpcResponse> responses)
    {
        for (int i = 0; i < Math.Min(responses.Count, _requests.Count); i++)
        {
            if (responses[i].Error is { } error)
            {
                var kind = RpcDialect.Of(_requests[i].Method).KindOf(error);
                RpcMetrics.Failed(_requests[i].Method, kind);
                if (responses.Count == 1)
                {
                    _failure = kind;
                }
            }
        }
    }

    public void Fail(string kind)
    {
        _failure = kind;
        RpcMetrics.Failed(Method, kind);
    }

    public void Dispose()
    {
        if (_failure is { } kind)
        {
            _activity?.SetTag(ChainsTelemetry.Tags.ErrorType, kind);
            _activity?.SetStatus(ActivityStatusCode.Error);
        }

        RpcMetrics.Ended(Method, Stopwatch.GetElapsedTime(_startedAt), _failure);
        _activity?.Dispose();
    }
}
