using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.CrashHost;

/// <summary>Starts a chain, says where it listens, and waits to be killed.</summary>
internal static class SurfpoolWait
{
    public static async Task<int> RunAsync(string package)
    {
        await using var node = await SurfpoolNode.StartAsync(new SurfpoolOptions { Package = package });
        Console.WriteLine(node.RpcUrl);
        await Task.Delay(TimeSpan.FromMinutes(2));
        return 0;
    }
}
