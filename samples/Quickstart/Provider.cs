using System.Diagnostics;
using System.Globalization;
using DePin.Sdk;

namespace Quickstart;

/// <summary>A provider's process, as the quickstart sees it.</summary>
internal sealed class Provider
{
    private readonly string[] _arguments;
    private Process _process;

    private Provider(string name, decimal dollarsPerMillionTokens, string[] arguments, Process process)
    {
        Name = name;
        DollarsPerMillionTokens = dollarsPerMillionTokens;
        _arguments = arguments;
        _process = process;
    }

    public string Name { get; }

    public decimal DollarsPerMillionTokens { get; }

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>True from the first token of an answer to its last.</summary>
    public bool IsServing { get; private set; }

    public static async Task<Provider> StartAsync(string name, string folder, Money money, decimal dollarsPerMillionTokens)
    {
        var data = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        string[] arguments = ["provider", "0", data, dollarsPerMillionTokens.ToString(CultureInfo.InvariantCulture), .. money.ProviderArguments];
        var provider = new Provider(name, dollarsPerMillionTokens, arguments, Launch(arguments));
        await money.WelcomeProviderAsync(name, await provider.WaitUntilReadyAsync());
        return provider;
    }

    /// <summary>Ends the process at once, as a power cut would.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Starts the process again, on the port and the data that it had.</summary>
    public async Task RestartAsync()
    {
        _arguments[1] = Endpoint.Port.ToString(CultureInfo.InvariantCulture);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = Launch(_arguments);
        await WaitUntilReadyAsync();
    }

    public async Task StopAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static Process Launch(string[] arguments)
    {
        // Under "dotnet Quickstart.dll" the running program is dotnet itself, which needs to be told what to run.
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(Provider).Assembly.Location);
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private async Task<AccountId> WaitUntilReadyAsync()
    {
        var ready = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var output = _process.StandardOutput;
        _ = Task.Run(async () =>
        {
            while (await output.ReadLineAsync() is { } line)
            {
                IsServing = line switch { "SERVING" => true, "IDLE" => false, _ => IsServing };
                if (line.StartsWith("READY ", StringComparison.Ordinal))
                {
                    ready.TrySetResult(line);
                }
            }

            IsServing = false;
            ready.TrySetException(new InvalidOperationException($"Provider {Name} ended before it listened; its error is above."));
        });
        var words = (await ready.Task).Split(' ');
        Endpoint = new Uri(words[1]);
        return AccountId.Parse(words[2]);
    }
}
