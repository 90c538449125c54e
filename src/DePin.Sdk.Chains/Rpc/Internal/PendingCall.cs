using System.Text.Json;

namespace DePin.Sdk.Chains.Rpc.Internal;

/// <summary>A call that waits for its answer.</summary>
/// <param name="onResult">Runs before the next message is read, so that nothing which follows a result can overtake it.</param>
internal sealed class PendingCall(Action<JsonElement>? onResult)
{
    private const int Waiting = 0;
    private const int SendingStarted = 1;
    private const int GivenUp = 2;

    private int _state;

    public TaskCompletionSource<JsonRpcResponse> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether its bytes may have left.</summary>
    public bool Sent => Volatile.Read(ref _state) == SendingStarted;

    /// <summary>False when nobody waits for the call any more.</summary>
    public bool TryStartSending() => Interlocked.CompareExchange(ref _state, SendingStarted, Waiting) == Waiting;

    /// <summary>Says that nobody waits any more; a call that has not been sent never will be.</summary>
    /// <returns>Whether an answer may still come.</returns>
    public bool GiveUp() => Interlocked.CompareExchange(ref _state, GivenUp, Waiting) == SendingStarted;

    public void Complete(JsonRpcResponse response)
    {
        try
        {
            if (response.Error is null)
            {
                onResult?.Invoke(response.Result);
            }
        }
        catch (RpcTransportException problem)
        {
            Answer.TrySetException(problem);
            throw;
        }

        Answer.TrySetResult(response);
    }
}
