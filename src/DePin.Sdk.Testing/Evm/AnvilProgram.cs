using System.Runtime.InteropServices;
using DePin.Sdk.Testing.Internal;

namespace DePin.Sdk.Testing.Evm;

/// <summary>Finds the program, or has npm install it for this user.</summary>
internal static class AnvilProgram
{
    public const string Variable = "DEPIN_ANVIL";
    private const string Version = "1.7.1";

    private static string FileName => OperatingSystem.IsWindows() ? "anvil.exe" : "anvil";

    // The names that the package has for operating systems and processors; null where it has none.
    private static string? PackageName
    {
        get
        {
            string? system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsWindows() ? "win32" : null;
            string? processor = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", Architecture.Arm64 => "arm64", _ => null };
            return system is null || processor is null ? null : $"@foundry-rs/anvil-{system}-{processor}";
        }
    }

    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw Missing($"{Variable} names {named}, which is no file.");
        }

        return NpmInstaller.OnPath(FileName) ?? (PackageName is { } package && InstalledFile(package) is var path && File.Exists(path) ? path : null);
    }

    public static async Task<string> FindOrInstallAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        if (Find() is { } found)
        {
            return found;
        }

        var package = PackageName ?? throw Missing("anvil, the local EVM node, is not on this machine.");
        await Installer(package).InstallAsync(FileIn(package), progress, cancellationToken).ConfigureAwait(false);
        return InstalledFile(package);
    }

    private static NpmInstaller Installer(string package) => new($"anvil {Version}, a local EVM node,", $"{package}@{Version}", "anvil-" + Version, Missing);

    private static string FileIn(string package) => Path.Combine("node_modules", package, "bin", FileName);

    private static string InstalledFile(string package) => Path.Combine(Installer(package).Folder, FileIn(package));

    private static DePinException Missing(string reason) => new(
        DePinErrorCode.Unsupported,
        Fault.Consumer,
        $"{reason} Install Node.js 20 or later (https://nodejs.org), and it is fetched with npm; or install Foundry (https://getfoundry.sh); or name the program in {Variable}.");
}
