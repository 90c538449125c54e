using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.CrashHost;

/// <summary>Starts a node, says where it listens, and waits to be killed.</summary>
internal static class AnvilWait
{
    public static async Task<int> RunAsync(string program)
    {
        await using var node = await AnvilNode.StartAsync(new AnvilOptions { Program = program });
        Console.WriteLine(node.HttpUrl);
        await Task.Delay(TimeSpan.FromMinutes(2));
        return 0;
    }
}
