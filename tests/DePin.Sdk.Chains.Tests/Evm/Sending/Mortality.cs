using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>
/// The edge between a sender and the world, where a process may be killed: before or after a request reaches the node, before or after a signature is
/// made. From then on nothing returns, so that the sender does nothing more, as if its process were gone.
/// </summary>
internal sealed class Mortality(IJsonRpcTransport node, ISigner key, int steps) : IJsonRpcTransport, ISigner
{
    private readonly TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _steps = steps;

    public Task Death => _death.Task;

    public PublicKey PublicKey => key.PublicKey;

    public async Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        await StepAsync(cancellationToken);
        var answers = await node.SendAsync(requests, cancellationToken);
        await StepAsync(cancellationToken);
        return answers;
    }

    public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        await StepAsync(cancellationToken);
        var signature = await key.SignAsync(message, cancellationToken);
        await StepAsync(cancellationToken);
        return signature;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _steps) < 0)
        {
            _death.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
