using DePin.Sdk.Testing;

namespace DePin.Sdk.Tests.Consumers;

/// <summary>A model that says numbered tokens and stops before one of them until it is let go.</summary>
internal sealed class HeldModel(int length, int heldAt)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the model has come to the token.</summary>
    public Task Reached => _reached.Task;

    public ScriptedChatClient Client => field ??= new ScriptedChatClient(ScriptedChatClient.Numbered(length))
    {
        BeforeToken = async (i, token) =>
        {
            if (i == heldAt)
            {
                _reached.TrySetResult();
                await _letGo.Task.WaitAsync(token);
            }
        },
    };

    public void LetGo() => _letGo.TrySetResult();
}
