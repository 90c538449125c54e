using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DePin.Sdk.ProviderProcess;

/// <summary>A provider process seen from its parent.</summary>
public sealed class ChildProvider : IAsyncDisposable
{
    // A child that was killed or asked to end does so, and what it wrote can be read, in less than this.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, UInt128> _accepted = new();
    private readonly ConcurrentQueue<ChildSpan> _spans = new();
    private readonly SemaphoreSlim _acceptedSignal = new(0);
    private readonly Task _reading;
    private TaskCompletionSource<long>? _allocated;

    private ChildProvider(Process process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    /// <summary>The highest voucher that the child said it had accepted, by channel, in base units.</summary>
    public IReadOnlyDictionary<string, UInt128> Accepted => _accepted;

    /// <summary>The spans of the SDK that ended in the child; all of them once it is disposed.</summary>
    public IReadOnlyCollection<ChildSpan> Spans => _spans;

    /// <summary>Starts a child and waits until it listens.</summary>
    public static async Task<(ChildProvider Child, Uri Endpoint)> StartAsync(ProviderProcessArguments arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(typeof(ChildProvider).Assembly.Location);
        foreach (var argument in arguments.ToArguments())
        {
            start.ArgumentList.Add(argument);
        }

        var child = new ChildProvider(Process.Start(start)!);
        return (child, await child._ready.Task.WaitAsync(TimeSpan.FromSeconds(60)));
    }

    /// <summary>Waits until the child has accepted one more voucher than at the last call.</summary>
    public Task WaitForAcceptedVoucherAsync(TimeSpan timeout) => _acceptedSignal.WaitAsync(timeout);

    /// <summary>How many bytes the child has allocated since it started.</summary>
    public async Task<long> GetAllocatedBytesAsync()
    {
        _allocated = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _process.StandardInput.WriteLineAsync("allocated");
        await _process.StandardInput.FlushAsync();
        return await _allocated.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    /// <summary>SIGKILL, and wait until everything that it had written has been read.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        await _reading.WaitAsync(Patience);
    }

    /// <summary>Asks the child to shut down in order.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill();
            }
        }

        await _reading.WaitAsync(Patience);
        _process.Dispose();
        _acceptedSignal.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["READY", var endpoint]:
                    _ready.TrySetResult(new Uri(endpoint));
                    break;
                case ["ACCEPTED", var channel, var cumulative]:
                    var amount = UInt128.Parse(cumulative, CultureInfo.InvariantCulture);
                    _accepted.AddOrUpdate(channel, amount, (_, known) => UInt128.Max(known, amount));
                    _acceptedSignal.Release();
                    break;
                case ["SPAN", var trace, var parent, var span, var name]:
                    _spans.Enqueue(new ChildSpan(trace, parent, span, name));
                    break;
                case ["ALLOCATED", var bytes]:
                    _allocated?.TrySetResult(long.Parse(bytes, CultureInfo.InvariantCulture));
                    break;
                default:
                    break;
            }
        }

        _ready.TrySetException(new InvalidOperationException("The provider process ended before it listened; run it by hand to see why."));
    }
}
