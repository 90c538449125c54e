using System.Runtime.InteropServices;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>
/// Real Solana chains for tests: one that a class shares (<c>IClassFixture&lt;SurfpoolFixture&gt;</c> and <see cref="Node"/>), or one of a
/// test's own (<see cref="StartAsync"/>), which takes a quarter of a second. Use with [SurfpoolFact]. The test double of the payment-channels
/// program is at its mainnet address, unless the options bring programs of their own.
/// </summary>
public sealed class SurfpoolFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private SurfpoolNode? _node;

    /// <summary>Why there is no chain on this machine; null when there is one.</summary>
    public static string? MissingReason { get; } = IsPinned || SurfpoolNode.FindPackage() is not null
        ? null
        : "There is no surfpool on this machine: on Linux on x64 install Node.js 20 or later (https://nodejs.org), or name the folder of npm's @solana/surfpool-linux-x64-gnu in DEPIN_SURFPOOL.";

    /// <summary>The chain that the tests of a class share.</summary>
    public SurfpoolNode Node => _node ?? throw new InvalidOperationException("Mark the test with [SurfpoolFact]: there is no surfpool on this machine.");

    // Only for this platform is the package among those that the lock file pins.
    private static bool IsPinned => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64 && NodePackages.IsNodeInstalled;

    /// <summary>Starts a chain of a test's own; dispose it.</summary>
    public static async Task<SurfpoolNode> StartAsync(SurfpoolOptions? options = null)
    {
        options ??= new SurfpoolOptions();
        options.Package ??= await GetPackageAsync();
        if (options.Programs.Count == 0)
        {
            options.Programs.Add(PaymentChannelProgram.Mainnet.ProgramId.ToString(), SolanaPrograms.PaymentChannels);
        }

        return await SurfpoolNode.StartAsync(options).WaitAsync(Limit);
    }

    /// <summary>The package's folder, for processes that start a chain themselves.</summary>
    public static async Task<string> GetPackageAsync() => IsPinned
        ? Path.Combine(await NodePackages.GetFolderAsync().WaitAsync(Limit), "node_modules", "@solana", "surfpool-linux-x64-gnu")
        : SurfpoolNode.FindPackage() ?? throw new InvalidOperationException(MissingReason);

    /// <summary>The key of an account of the chain; dispose it.</summary>
    public static Ed25519Signer SignerOf(SurfpoolAccount account) => Ed25519Signer.FromPrivateKey(account.PrivateKey.Span);

    public async Task InitializeAsync()
    {
        if (MissingReason is null)
        {
            _node = await StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }
}
