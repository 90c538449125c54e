using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Testing.Evm;

/// <summary>
/// A real EVM node of one's own (anvil, of Foundry), on a port of this machine: for tests, samples and experiments. It ends with the
/// process that started it. Its calls are thread-safe; starting and ending it is not.
/// </summary>
public sealed class AnvilNode : IAsyncDisposable
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);

    private readonly AnvilOptions _options;
    private readonly string _program;
    private readonly string _folder;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = CallTimeout };
    private AnvilProcess? _process;
    private int _port;
    private long _id;

    private AnvilNode(AnvilOptions options, string program)
    {
        _options = options;
        _program = program;
        _port = options.Port;
        _folder = Directory.CreateTempSubdirectory("depin-anvil-").FullName;
    }

    /// <summary>Where it answers JSON-RPC over HTTP.</summary>
    public Uri HttpUrl => new($"http://127.0.0.1:{_port}");

    /// <summary>Where it answers JSON-RPC over WebSocket.</summary>
    public Uri WebSocketUrl => new($"ws://127.0.0.1:{_port}");

    /// <summary>The chain's id.</summary>
    public ulong ChainId => _options.ChainId;

    /// <summary>The accounts that have money from the start.</summary>
    public IReadOnlyList<AnvilAccount> Accounts { get; private set; } = [];

    /// <summary>Whether it runs: false after <see cref="StopAsync"/> and <see cref="KillAsync"/>, or when it has ended by itself.</summary>
    public bool IsRunning => _process is { HasEnded: false };

    /// <summary>The last lines that it printed, for a test that fails.</summary>
    public string Output => _process?.Output ?? string.Empty;

    /// <summary>Starts a node. Ends when it listens.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException">The program is absent and cannot be installed (the message says what to do), or it does not start.</exception>
    public static async Task<AnvilNode> StartAsync(AnvilOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new AnvilOptions();
        options.Validate();
        var program = options.Program ?? await AnvilProgram.FindOrInstallAsync(options.Progress, cancellationToken).ConfigureAwait(false);
        var node = new AnvilNode(options, program);
        try
        {
            await node.LaunchAsync(cancellationToken).ConfigureAwait(false);
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The program that a node would be started with: the one that the environment variable DEPIN_ANVIL names, one on the PATH, or the one installed earlier; null when there is none.</summary>
    public static string? FindProgram() => AnvilProgram.Find();

    /// <summary>Ends the node as an operator does: the chain is kept for <see cref="RestartAsync"/>, pending transactions and connections are lost.</summary>
    public Task StopAsync() => _process?.StopAsync(_options.StartTimeout) ?? Task.CompletedTask;

    /// <summary>Kills the node at once. A restart begins with the chain as the last stop left it: blocks since then are gone, as after a deep reorganization.</summary>
    public Task KillAsync() => _process?.KillAsync(_options.StartTimeout) ?? Task.CompletedTask;

    /// <summary>Starts it again on the port that it had, with the chain that it left; stops it first when it runs.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await StopAsync().ConfigureAwait(false);
        _process?.Dispose();
        await LaunchAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls a method of the node, for example <c>CallAsync("evm_increaseTime", [3600])</c>.</summary>
    /// <param name="method">The method.</param>
    /// <param name="parameters">Its parameters, in order.</param>
    /// <param name="cancellationToken">Gives up; after a minute it does so by itself.</param>
    /// <returns>The result.</returns>
    /// <exception cref="DePinException">The node answers with an error, or cannot be reached.</exception>
    public async Task<JsonElement> CallAsync(string method, IReadOnlyList<JsonNode?>? parameters = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        var request = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = Interlocked.Increment(ref _id),
            ["method"] = method,
            ["params"] = new JsonArray([.. parameters ?? []]),
        };
        using var content = new StringContent(request.ToJsonString(), mediaType: new("application/json"));
        try
        {
            using var response = await _http.PostAsync(HttpUrl, content, cancellationToken).ConfigureAwait(false);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return answer.RootElement.TryGetProperty("result", out var result)
                ? result.Clone()
                : throw new DePinException(DePinErrorCode.SettlementFailed, Fault.Chain, $"anvil refuses {method}: {answer.RootElement}");
        }
        catch (Exception ex) when (ex is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"anvil does not answer {method} at {HttpUrl}: {ex.Message}", isTransient: true, ex);
        }
    }

    /// <summary>Mines blocks now.</summary>
    /// <param name="blocks">How many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task MineAsync(int blocks = 1, CancellationToken cancellationToken = default) => CallAsync("anvil_mine", [blocks], cancellationToken);

    /// <summary>Moves the chain's clock forward and mines a block, so that contracts see the later time.</summary>
    /// <param name="time">How far, in whole seconds.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task AdvanceTimeAsync(TimeSpan time, CancellationToken cancellationToken = default)
    {
        await CallAsync("evm_increaseTime", [(long)time.TotalSeconds], cancellationToken).ConfigureAwait(false);
        await MineAsync(1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Ends the node and deletes what it kept in a folder of its own.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (_process is { } process)
        {
            try
            {
                // With a state file of the caller's the chain is written; otherwise nobody will ask for it.
                await (_options.StateFile is null ? process.KillAsync(_options.StartTimeout) : process.StopAsync(_options.StartTimeout)).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // It has been told; waiting longer would only hold up its owner.
            }

            process.Dispose();
            _process = null;
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task LaunchAsync(CancellationToken cancellationToken)
    {
        var description = Path.Combine(_folder, "node.json");
        List<string> arguments =
        [
            "--host", "127.0.0.1",
            "--port", Text(_port),
            "--chain-id", Text(_options.ChainId),
            "--accounts", Text(_options.Accounts),
            "--config-out", description,
            "--state", _options.StateFile ?? Path.Combine(_folder, "state.json"),
            .. _options.BlockTime is { } blockTime ? ["--block-time", Text(blockTime.TotalSeconds)] : Array.Empty<string>(),
            .. OperatingSystem.IsWindows() ? ["--state-interval", "1"] : Array.Empty<string>(),
            .. _options.Arguments,
        ];
        _process = new AnvilProcess(_program, arguments);
        _port = await _process.WaitUntilListeningAsync(_options.StartTimeout, cancellationToken).ConfigureAwait(false);
        if (Accounts.Count == 0)
        {
            Accounts = ReadAccounts(await File.ReadAllTextAsync(description, cancellationToken).ConfigureAwait(false));
        }
    }

    private static AnvilAccount[] ReadAccounts(string description)
    {
        using var document = JsonDocument.Parse(description);
        var addresses = document.RootElement.GetProperty("available_accounts").EnumerateArray();
        var keys = document.RootElement.GetProperty("private_keys").EnumerateArray();
        return [.. addresses.Zip(keys, (address, key) => new AnvilAccount(address.GetString()!.ToLowerInvariant(), Convert.FromHexString(key.GetString()!.AsSpan(2))))];
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
