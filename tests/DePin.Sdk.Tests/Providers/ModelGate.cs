namespace DePin.Sdk.Tests.Providers;

/// <summary>Holds a scripted model before one token until the test lets it go, and says when it got there.</summary>
internal sealed class ModelGate(int token)
{
    private readonly System.Threading.Channels.Channel<int> _reached = System.Threading.Channels.Channel.CreateUnbounded<int>();
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the model was told to stop while it was held.</summary>
    public Task Cancelled => _cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Open() => _open.TrySetResult();

    public Task ReachedAsync() => _reached.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public async ValueTask HoldAsync(int index, CancellationToken cancellationToken)
    {
        if (index != token)
        {
            return;
        }

        _reached.Writer.TryWrite(index);
        try
        {
            await _open.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
            throw;
        }
    }
}
