using System.Diagnostics;

namespace DePin.Sdk.Testing.Internal;

/// <summary>Has npm put one pinned package into a folder of this user's, once.</summary>
/// <param name="tool">What it is called in messages, with its version.</param>
/// <param name="package">The package, with its version.</param>
/// <param name="folderName">The folder under this user's data.</param>
/// <param name="missing">Makes the exception of a reason: it says what the user can do.</param>
internal sealed class NpmInstaller(string tool, string package, string folderName, Func<string, DePinException> missing)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Where the package goes; node_modules is below.</summary>
    public string Folder { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "depin-sdk", folderName);

    /// <summary>A program on the PATH; null when it is not there.</summary>
    public static string? OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    /// <summary>Installs it where it is not.</summary>
    /// <param name="file">The file under the folder that is there when it is installed.</param>
    /// <param name="progress">Told that this happens.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task InstallAsync(string file, Action<string>? progress, CancellationToken cancellationToken)
    {
        var npm = OnPath(OperatingSystem.IsWindows() ? "npm.cmd" : "npm") ?? throw missing($"{tool} is not on this machine, and neither is npm, which would fetch it.");
        progress?.Invoke($"Installing {tool} with npm into {Folder} (once) ...");

        // Into a folder of its own and then moved: an installation that was cut short, or another process, is never half seen.
        Directory.CreateDirectory(Path.GetDirectoryName(Folder)!);
        var staging = Directory.CreateDirectory($"{Folder}.{Guid.NewGuid():N}").FullName;
        try
        {
            string[] arguments = ["install", "--prefix", staging, "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", package];
            await RunAsync(npm, arguments, staging, cancellationToken).ConfigureAwait(false);
            if (!File.Exists(Path.Combine(Folder, file)))
            {
                TryMove(staging, file);
            }
        }
        finally
        {
            if (Directory.Exists(staging))
            {
                Directory.Delete(staging, recursive: true);
            }
        }
    }

    private void TryMove(string staging, string file)
    {
        try
        {
            Directory.Move(staging, Folder);
        }
        catch (IOException) when (File.Exists(Path.Combine(Folder, file)))
        {
            // Another process was first.
        }
    }

    private async Task RunAsync(string npm, string[] arguments, string folder, CancellationToken cancellationToken)
    {
        // Through a shell on Windows, where npm is a script.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", npm, .. arguments]) : new ProcessStartInfo(npm, arguments);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError, start.RedirectStandardInput) = (folder, true, true, true);
        using var process = Process.Start(start) ?? throw missing("npm could not be started.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            process.StandardInput.Close();
            var output = Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw missing($"npm could not install {tool}: {string.Join('\n', await output.ConfigureAwait(false)).Trim()}");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw missing($"npm did not install {tool} in {Timeout}.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
