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

    /// <summary>Runs npm in a folder; its words are in the exception when it fails.</summary>
    public static Task RunNpmAsync(string folder, params string[] arguments) =>

        // Through a shell on Windows, where npm is a script.
        OperatingSystem.IsWindows() ? TestProgram.RunAsync(folder, "cmd", ["/c", "npm", .. arguments]) : TestProgram.RunAsync(folder, "npm", arguments);

    /// <summary>The folder <c>tests/interop</c>, whether or not its packages are installed.</summary>
    public static string FindFolder()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "DePin.Sdk.sln")))
        {
            root = root.Parent ?? throw new InvalidOperationException("The tests do not lie below DePin.Sdk.sln.");
        }

        return Path.Combine(root.FullName, "tests", "interop");
    }

    /// <summary>Waits until no other test process has the folder, for ten minutes at most; dispose the result to let the next one in.</summary>
    public static async Task<FileStream> TakeTurnAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, "install.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100, limit.Token);
            }
        }
    }

    private static async Task<string> InstallAsync()
    {
        string folder = FindFolder();

        // Another test process may install at the same moment.
        await using var turn = await TakeTurnAsync(Path.Combine(folder, "obj"));
        var marker = new FileInfo(Path.Combine(folder, "node_modules", ".package-lock.json"));
        if (marker.Exists && marker.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(Path.Combine(folder, "package-lock.json")))
        {
            return folder;
        }

        await RunNpmAsync(folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        return folder;
    }

    /// <summary>Whether a program can be started by its name.</summary>
    public static bool IsOnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, program + ".exe")) || File.Exists(Path.Combine(folder, program + ".cmd")));
}
