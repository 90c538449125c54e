using System.Threading.Channels;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>Calls a node that mines nothing by itself, and has it mine a block after each transaction that it took: tests are as fast as the node, and many senders do not stall it as its automatic mining does.</summary>
internal sealed class MiningTransport : IJsonRpcTransport
{
    private readonly HttpJsonRpcTransport _inner;
    private readonly AnvilNode _node;
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _miner;

    public MiningTransport(AnvilNode node)
    {
        _node = node;
        _inner = new HttpJsonRpcTransport(node.HttpUrl);
        _miner = MineAsync();
    }

    /// <summary>Whether blocks are mined; what waits is mined when this becomes true.</summary>
    public bool IsMining
    {
        get => Volatile.Read(ref field);
        set
        {
            Volatile.Write(ref field, value);
            _signal.Writer.TryWrite(true);
        }
    } = true;

    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        var answers = await _inner.SendAsync(requests, cancellationToken);
        if (requests.Any(request => request.Method == "eth_sendRawTransaction"))
        {
            _signal.Writer.TryWrite(true);
        }

        return answers;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _miner;
        await _inner.DisposeAsync();
        _stop.Dispose();
    }

    private async Task MineAsync()
    {
        try
        {
            await foreach (var _ in _signal.Reader.ReadAllAsync(_stop.Token))
            {
                if (IsMining && _node.IsRunning)
                {
                    await _node.MineAsync(1, _stop.Token);
                }
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or DePinException or ObjectDisposedException)
        {
            // The test is over, or has killed the node.
        }
    }
}
