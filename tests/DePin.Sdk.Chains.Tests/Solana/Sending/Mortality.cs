using DePin.Sdk.Chains.Solana.Sending.Internal;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>
/// The edge between a sender and the world, where a process may be killed: before or after a call reaches the node, before or after a signature is made. From then on
/// nothing returns, so that the sender does nothing more, as if its process were gone. Between two such steps lie the writes to the journal, so that it is killed before and after each of them.
/// </summary>
internal sealed class Mortality(ISenderNode node, ISigner key, int steps) : NodeDecorator(node), ISigner
{
    private readonly TaskCompletionSource _death = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _steps = steps;

    public Task Death => _death.Task;

    public PublicKey PublicKey => key.PublicKey;

    public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        await StepAsync(cancellationToken);
        var signature = await key.SignAsync(message, cancellationToken);
        await StepAsync(cancellationToken);
        return signature;
    }

    protected override async Task<T> PassAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        await StepAsync(cancellationToken);
        var answer = await call();
        await StepAsync(cancellationToken);
        return answer;
    }

    private async Task StepAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Decrement(ref _steps) < 0)
        {
            _death.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
