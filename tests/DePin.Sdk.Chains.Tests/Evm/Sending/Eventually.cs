namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>Waits for what another task brings about by itself, within a bound.</summary>
internal static class Eventually
{
    public static async Task HoldsAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!condition())
        {
            await Task.Delay(1, limit.Token);
        }
    }
}
