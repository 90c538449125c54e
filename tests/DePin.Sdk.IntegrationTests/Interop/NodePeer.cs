using System.Diagnostics;
using System.Text.Json;

namespace DePin.Sdk.IntegrationTests.Interop;

/// <summary>A script under <c>tests/interop</c> that says what it sees, one JSON object a line.</summary>
internal sealed class NodePeer : IAsyncDisposable
{
    // A peer that says nothing must not keep a test waiting for ever.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;

    private NodePeer(Process process) => _process = process;

    public static async Task<NodePeer> StartAsync(string script, params string[] arguments) => new(await NodePackages.StartAsync(script, arguments));

    /// <summary>The next line, or null when the script has ended.</summary>
    public async Task<JsonElement?> ReadAsync()
    {
        string? line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return line is null ? null : JsonDocument.Parse(line).RootElement;
    }

    /// <summary>The next line that has a property.</summary>
    public async Task<JsonElement> ReadAsync(string property)
    {
        while (await ReadAsync() is { } line)
        {
            if (line.TryGetProperty(property, out _))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"The peer ended without a line that has '{property}'.");
    }

    /// <summary>The next line that tells of an event.</summary>
    public async Task<JsonElement> ReadEventAsync(string name)
    {
        while (true)
        {
            var line = await ReadAsync("event");
            if (line.GetProperty("event").GetString() == name)
            {
                return line;
            }
        }
    }

    public async Task<List<JsonElement>> ReadAllAsync()
    {
        var lines = new List<JsonElement>();
        while (await ReadAsync() is { } line)
        {
            lines.Add(line);
        }

        return lines;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
    }
}
