using System.Diagnostics;

namespace DePin.Sdk.IntegrationTests;

/// <summary>The pinned npm packages under <c>tests/interop</c>, installed once for the whole run.</summary>
internal static class NodePackages
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    public static bool IsNodeInstalled { get; } = IsOnPath("node") && IsOnPath("npm");

    /// <summary>The folder with the packages and the scripts that use them.</summary>
    public static Task<string> GetFolderAsync() => Installed.Value;

    /// <summary>Starts a script of the folder; its input and output are redirected.</summary>
    public static async Task<Process> StartAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("node") { WorkingDirectory = await GetFolderAsync(), RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(script);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task<string> InstallAsync()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "DePin.Sdk.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not lie below DePin.Sdk.sln.");
        }

        string folder = Path.Combine(root.FullName, "tests", "interop");

        // Another test process may install at the same moment.
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "obj"));
        var marker = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (marker.Exists && marker.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            return folder;
        }

        // Through a shell on Windows, where npm is a script.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", "npm"]) : new ProcessStartInfo("npm");
        start.WorkingDirectory = folder;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        foreach (string argument in new[] { "ci", "--ignore-scripts", "--no-audit", "--no-fund" })
        {
            start.ArgumentList.Add(argument);
        }

        using var npm = Process.Start(start)!;
        var output = Task.WhenAll(npm.StandardOutput.ReadToEndAsync(), npm.StandardError.ReadToEndAsync());
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
        {
            throw new InvalidOperationException($"npm ci failed in {folder}: {string.Join('\n', await output)}");
        }

        return folder;
    }

    private static async Task<FileStream> TakeTurnAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100);
            }
        }
    }

    private static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")) || File.Exists(Path.Combine(folder, program + ".cmd")));
}
