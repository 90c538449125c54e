using System.Diagnostics;
using System.Text;

namespace DePin.Sdk.IntegrationTests;

/// <summary>Runs programs for tests, none of which may keep a test waiting for ever.</summary>
internal static class TestProgram
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(6);

    // What a program started may outlive it and hold its output open: the end of the output is not waited for any longer than this.
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(5);

    /// <summary>Runs a program to its end and returns what it printed, standard output and errors as they came.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="InvalidOperationException">It failed, or took more than six minutes and was killed; the message holds its output.</exception>
    public static Task<string> RunAsync(string folder, string program, params string[] arguments) => RunAsync(DefaultLimit, folder, program, arguments);

    /// <inheritdoc cref="RunAsync(string, string, string[])"/>
    public static async Task<string> RunAsync(TimeSpan limit, string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // Build servers that a build leaves behind would inherit the pipes and live on for a quarter of an hour.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = new StringBuilder();
        var reading = Task.WhenAll(ReadAsync(process.StandardOutput, output), ReadAsync(process.StandardError, output));
        bool isKilled = false;
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            isKilled = true;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync().WaitAsync(OutputLimit);
        }

        await Task.WhenAny(reading, Task.Delay(OutputLimit));
        string outcome = isKilled ? $"was not done within {limit.TotalMinutes:0} minutes and was killed" : $"ended with {process.ExitCode}";
        lock (output)
        {
            return process.ExitCode == 0 && !isKilled ? output.ToString() : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} {outcome} in {folder}:\n{output}");
        }
    }

    private static async Task ReadAsync(StreamReader reader, StringBuilder output)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (output)
            {
                output.AppendLine(line);
            }
        }
    }
}
