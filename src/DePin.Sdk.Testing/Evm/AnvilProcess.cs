using System.Collections.Concurrent;
using System.Diagnostics;

namespace DePin.Sdk.Testing.Evm;

/// <summary>One run of the program: its output is drained, and it ends when this process does, however that ends.</summary>
internal sealed class AnvilProcess : IDisposable
{
    private const int KeptLines = 40;
    private const string Listening = "Listening on ";

    // The shell reads signals from its input. The input ends when this process does, even by SIGKILL, and then the node is killed; a node without
    // a reader of its own would stay behind. Ctrl-C in a terminal goes to the whole group: the shell outlives it, to see the end of its input.
    private const string Guard = """
        trap '' INT HUP
        "$@" </dev/null & node=$!
        exec >/dev/null 2>&1
        while read -r signal; do kill -s "$signal" "$node"; done
        kill -s KILL "$node"
        """;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource<int> _port = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _ended;

    public AnvilProcess(string program, IReadOnlyList<string> arguments)
    {
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo(program, arguments) : new ProcessStartInfo("/bin/sh", ["-c", Guard, "anvil-guard", program, .. arguments]);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        _process = Process.Start(start) ?? throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"{program} could not be started.");
        AppDomain.CurrentDomain.ProcessExit += KillOnExit;
        _ended = EndAsync(DrainAsync(_process.StandardOutput), DrainAsync(_process.StandardError));
    }

    /// <summary>The last lines that it printed.</summary>
    public string Output => string.Join('\n', _lines);

    public bool HasEnded => _ended.IsCompleted;

    /// <summary>Waits until it listens. Returns the port.</summary>
    public async Task<int> WaitUntilListeningAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await _port.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"anvil did not listen within {timeout}. It printed:\n{Output}", isTransient: true);
        }
    }

    /// <summary>Asks it to write its state and end; kills it when it does not.</summary>
    public async Task StopAsync(TimeSpan timeout)
    {
        // Windows has no such signal; there the state is written every second, and the node just ends.
        if (!OperatingSystem.IsWindows() && TrySignal("TERM"))
        {
            try
            {
                await _ended.WaitAsync(timeout).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Killed below.
            }
        }

        await KillAsync(timeout).ConfigureAwait(false);
    }

    /// <summary>Ends it at once, as a power cut would.</summary>
    public async Task KillAsync(TimeSpan timeout)
    {
        Kill();
        await _ended.WaitAsync(timeout).ConfigureAwait(false);
    }

    public void Dispose()
    {
        Kill();
        AppDomain.CurrentDomain.ProcessExit -= KillOnExit;
        _process.Dispose();
    }

    private void KillOnExit(object? sender, EventArgs e) => Kill();

    private void Kill()
    {
        try
        {
            TrySignal("KILL");
            _process.StandardInput.Close();
            if (OperatingSystem.IsWindows())
            {
                _process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception ex) when (ex is InvalidOperationException or IOException or ObjectDisposedException or System.ComponentModel.Win32Exception)
        {
            // It has ended.
        }
    }

    private bool TrySignal(string signal)
    {
        try
        {
            _process.StandardInput.WriteLine(signal);
            _process.StandardInput.Flush();
            return true;
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task DrainAsync(StreamReader output)
    {
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line.Contains(Listening, StringComparison.Ordinal) && int.TryParse(line.AsSpan(line.LastIndexOf(':') + 1).Trim(), out int port))
            {
                _port.TrySetResult(port);
            }

            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }
        }
    }

    // Both outputs end with the node itself; the shell, which has closed its own, may still wait for its input to end.
    private async Task EndAsync(Task standardOutput, Task standardError)
    {
        await Task.WhenAll(standardOutput, standardError).ConfigureAwait(false);
        _port.TrySetException(new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"anvil ended before it listened. It printed:\n{Output}"));
        _ = _port.Task.Exception;
    }
}
