using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Testing.Solana;

/// <summary>The process of one chain: its output is drained, and it ends when this process does, however that ends, because its input does.</summary>
internal sealed class SurfpoolProcess : IDisposable
{
    private const int KeptLines = 40;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _answers = new();
    private readonly Task<JsonElement> _started;
    private readonly Task _ended;
    private readonly Lock _writing = new();
    private long _id;

    public SurfpoolProcess(string node, string package, JsonObject options)
    {
        var start = new ProcessStartInfo(node, ["-e", ReadScript(), "--", package, options.ToJsonString()])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _started = ExpectAnswer(0);
        _process = Process.Start(start) ?? throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"{node} could not be started.");
        AppDomain.CurrentDomain.ProcessExit += KillOnExit;
        _ended = Task.WhenAll(DrainAsync(_process.StandardOutput), DrainAsync(_process.StandardError));
    }

    /// <summary>The last lines that it printed.</summary>
    public string Output => string.Join('\n', _lines);

    public bool HasEnded => _ended.IsCompleted;

    /// <summary>Waits until it serves. Returns its ports and accounts.</summary>
    public Task<JsonElement> WaitUntilStartedAsync(TimeSpan timeout, CancellationToken cancellationToken) => WaitAsync(_started, "start", timeout, cancellationToken);

    /// <summary>Has it do something. Returns its answer.</summary>
    public async Task<JsonElement> CommandAsync(string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        long id = Interlocked.Increment(ref _id);
        var answer = ExpectAnswer(id);
        try
        {
            lock (_writing)
            {
                _process.StandardInput.WriteLine(new JsonObject { ["id"] = id, ["command"] = command }.ToJsonString());
                _process.StandardInput.Flush();
            }
        }
        catch (Exception ex) when (ex is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _answers.TryRemove(id, out _);
            throw Ended(ex);
        }

        return await WaitAsync(answer, command, timeout, cancellationToken).ConfigureAwait(false);
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

    private static string ReadScript()
    {
        using var stream = typeof(SurfpoolProcess).Assembly.GetManifestResourceStream("surfpool.cjs")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private Task<JsonElement> ExpectAnswer(long id) =>
        _answers.GetOrAdd(id, static _ => new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private async Task<JsonElement> WaitAsync(Task<JsonElement> answer, string command, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (await Task.WhenAny(answer, _ended, Task.Delay(timeout, cancellationToken)).ConfigureAwait(false) == _ended && !answer.IsCompleted)
        {
            throw Ended(null);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return answer.IsCompleted
            ? await answer.ConfigureAwait(false)
            : throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"surfpool did not {command} within {timeout}. It printed:\n{Output}", isTransient: true);
    }

    private DePinException Ended(Exception? cause) => new(DePinErrorCode.Unavailable, Fault.Chain, $"surfpool has ended. It printed:\n{Output}", isTransient: false, cause);

    private void KillOnExit(object? sender, EventArgs e) => Kill();

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception ex) when (ex is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended.
        }
    }

    private async Task DrainAsync(StreamReader output)
    {
        while (await output.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (!TryAnswer(line))
            {
                _lines.Enqueue(line);
                if (_lines.Count > KeptLines)
                {
                    _lines.TryDequeue(out _);
                }
            }
        }
    }

    private bool TryAnswer(string line)
    {
        if (!line.StartsWith("{\"id\":", StringComparison.Ordinal))
        {
            return false;
        }

        using var document = JsonDocument.Parse(line);
        if (!_answers.TryRemove(document.RootElement.GetProperty("id").GetInt64(), out var waiting))
        {
            return false;
        }

        if (document.RootElement.TryGetProperty("error", out var error))
        {
            waiting.TrySetException(new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"surfpool: {error.GetString()}"));
        }
        else
        {
            waiting.TrySetResult(document.RootElement.GetProperty("result").Clone());
        }

        return true;
    }
}
