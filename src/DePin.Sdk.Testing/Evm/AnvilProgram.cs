using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DePin.Sdk.Testing.Evm;

/// <summary>Finds the program, or has npm install it for this user.</summary>
internal static class AnvilProgram
{
    public const string Variable = "DEPIN_ANVIL";
    private const string Version = "1.7.1";
    private static readonly TimeSpan InstallTimeout = TimeSpan.FromMinutes(5);

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

    private static string CacheFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "depin-sdk", "anvil-" + Version);

    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named) ? named : throw Missing($"{Variable} names {named}, which is no file.");
        }

        return OnPath(FileName) ?? (Installed(CacheFolder) is { } path && File.Exists(path) ? path : null);
    }

    public static async Task<string> FindOrInstallAsync(Action<string>? progress, CancellationToken cancellationToken) =>
        Find() ?? await InstallAsync(progress, cancellationToken).ConfigureAwait(false);

    private static async Task<string> InstallAsync(Action<string>? progress, CancellationToken cancellationToken)
    {
        var npm = OnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
        if (PackageName is not { } package || npm is null)
        {
            throw Missing("anvil, the local EVM node, is not on this machine.");
        }

        progress?.Invoke($"Installing anvil {Version}, a local EVM node, with npm into {CacheFolder} (once) ...");

        // Into a folder of its own and then moved: an installation that was cut short, or another process, is never half seen.
        Directory.CreateDirectory(Path.GetDirectoryName(CacheFolder)!);
        var staging = Directory.CreateDirectory($"{CacheFolder}.{Guid.NewGuid():N}").FullName;
        try
        {
            string[] arguments = ["install", "--prefix", staging, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", $"{package}@{Version}"];
            await RunAsync(npm, arguments, staging, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(CacheFile()))
            {
                TryMove(staging);
            }

            return CacheFile();
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private static string CacheFile() => Installed(CacheFolder)!;

    private static void TryMove(string staging)
    {
        try
        {
            Directory.Move(staging, CacheFolder);
        }
        catch (IOException) when (File.Exists(CacheFile()))
        {
            // Another process was first.
        }
    }

    private static async Task RunAsync(string npm, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        // Through a shell on Windows, where npm is a script.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", npm, .. arguments]) : new ProcessStartInfo(npm, arguments);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (folder, true, true, true);
        using var process = Process.Start(start) ?? throw Missing("npm could not be started.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(InstallTimeout);
        try
        {
            process.StandardInput.Close();
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw Missing($"npm could not install anvil {Version}: {string.Join('\n', await output.ConfigureAwait(false)).Trim()}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Missing($"npm did not install anvil {Version} in {InstallTimeout}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private static string? Installed(string folder) => PackageName is { } package ? Path.Combine(folder, "node_modules", package, "bin", FileName) : null;

    private static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static DePinException Missing(string reason) => new(
        DePinErrorCode.Unsupported,
        Fault.Consumer,
        $"{reason} Install Node.js 20 or later (https://nodejs.org), and it is fetched with npm; or install Foundry (https://getfoundry.sh); or name the program in {Variable}.");
}
