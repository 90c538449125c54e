using System.Runtime.InteropServices;
using DePin.Sdk.Testing.Internal;

namespace DePin.Sdk.Testing.Solana;

/// <summary>Finds node and the package with the chain, or has npm install the package for this user.</summary>
internal static class SurfpoolProgram
{
    public const string Variable = "DEPIN_SURFPOOL";
    private const string Version = "1.5.0";

    // The package's names for operating systems and processors; null where it has none (on Linux it wants glibc).
    private static string? PackageName => (RuntimeInformation.OSArchitecture, OperatingSystem.IsLinux(), OperatingSystem.IsMacOS()) switch
    {
        (Architecture.X64, true, _) => "linux-x64-gnu",
        (Architecture.X64, _, true) => "darwin-x64",
        (Architecture.Arm64, _, true) => "darwin-arm64",
        _ => null,
    };

    /// <summary>node itself.</summary>
    public static string Node => NpmInstaller.OnPath(OperatingSystem.IsWindows() ? "node.exe" : "node") ?? throw Missing("node is not on the PATH.");

    /// <summary>The package's folder; null when there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return IsPackage(named) ? named : throw Missing($"{Variable} names {named}, which is no folder with a package.json and a .node file.");
        }

        return PackageName is { } package && InstalledFolder(package) is var folder && IsPackage(folder) ? folder : null;
    }

    public static async Task<string> FindOrInstallAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        if (Find() is { } found)
        {
            return found;
        }

        var package = PackageName ?? throw Missing($"surfpool, the local Solana chain, does not run on {RuntimeInformation.RuntimeIdentifier}.");
        _ = Node;
        await Installer(package).InstallAsync(Path.Combine(FolderIn(package), "package.json"), progress, cancellationToken).ConfigureAwait(false);
        return InstalledFolder(package);
    }

    private static bool IsPackage(string folder) => File.Exists(Path.Combine(folder, "package.json")) && Directory.EnumerateFiles(folder, "*.node").Any();

    private static NpmInstaller Installer(string package) => new($"surfpool {Version}, a local Solana chain,", $"@solana/surfpool-{package}@{Version}", "surfpool-" + Version, Missing);

    private static string FolderIn(string package) => Path.Combine("node_modules", "@solana", "surfpool-" + package);

    private static string InstalledFolder(string package) => Path.Combine(Installer(package).Folder, FolderIn(package));

    private static DePinException Missing(string reason) => new(
        DePinErrorCode.Unsupported,
        Fault.Consumer,
        $"{reason} On Linux (x64, glibc) or macOS install Node.js 20 or later (https://nodejs.org), and surfpool is fetched with npm; or name the folder of npm's @solana/surfpool-linux-x64-gnu {Version} in {Variable}.");
}
