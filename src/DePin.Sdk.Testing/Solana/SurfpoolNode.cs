using System.Text.Json;
using System.Text.Json.Nodes;

namespace DePin.Sdk.Testing.Solana;

/// <summary>
/// A Solana chain of one's own with an RPC server (surfpool, of the Solana Foundation), on ports of this machine and without any other
/// network: for tests, samples and experiments. It ends with the process that started it. Its calls are thread-safe; starting and ending it is not.
/// </summary>
/// <remarks>
/// The chain is another one at every start: its genesis hash, accounts and history are new, and nothing of it is kept. To test what happens
/// without the RPC server, use <see cref="KillAsync"/> and <see cref="RestartAsync"/>: the chain goes on meanwhile, as a cluster does.
/// Right after a time travel over an epoch's end <c>getSlot</c> may be out of step with the clock for one slot; the methods here wait for it. The chain takes what signatures cost,
/// those that the Ed25519 program checks included, but the fee that it tells of a transaction leaves these out: balances are right.
/// </remarks>
public sealed partial class SurfpoolNode : IAsyncDisposable
{
    /// <summary>The address of the SPL Token program.</summary>
    public const string TokenProgram = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";

    /// <summary>The address of the Token-2022 program.</summary>
    public const string Token2022Program = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(60);

    private readonly SurfpoolOptions _options;
    private readonly SurfpoolProcess _process;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = CallTimeout };
    private int _port;
    private int _webSocketPort;
    private bool _isServing;
    private long _id;

    private SurfpoolNode(SurfpoolOptions options, string package)
    {
        _options = options;
        _process = new SurfpoolProcess(SurfpoolProgram.Node, package, new JsonObject
        {
            ["port"] = options.Port,
            ["webSocketPort"] = options.WebSocketPort,
            ["slotTimeMs"] = (long)options.SlotTime.TotalMilliseconds,
            ["accounts"] = options.Accounts,
            ["lamports"] = options.AccountLamports,
        });
    }

    /// <summary>Where it answers JSON-RPC over HTTP.</summary>
    public Uri RpcUrl => new($"http://127.0.0.1:{_port}");

    /// <summary>Where it takes subscriptions over WebSocket.</summary>
    public Uri WebSocketUrl => new($"ws://127.0.0.1:{_webSocketPort}");

    /// <summary>The accounts that have SOL from the start.</summary>
    public IReadOnlyList<SurfpoolAccount> Accounts { get; private set; } = [];

    /// <summary>The first of <see cref="Accounts"/>; mints of <see cref="CreateMintAsync"/> are in its hands.</summary>
    public SurfpoolAccount Payer => Accounts[0];

    /// <summary>Whether the RPC server answers: false after <see cref="KillAsync"/>, or when the process has ended by itself.</summary>
    public bool IsRunning => _isServing && !_process.HasEnded;

    /// <summary>The last lines that it printed, for a test that fails.</summary>
    public string Output => _process.Output;

    /// <summary>Starts a chain. Ends when its RPC server answers and the programs are there.</summary>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException">node or the package is absent and cannot be installed (the message says what to do), or the chain does not start.</exception>
    public static async Task<SurfpoolNode> StartAsync(SurfpoolOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SurfpoolOptions();
        options.Validate();
        var package = options.Package ?? await SurfpoolProgram.FindOrInstallAsync(options.Progress, cancellationToken).ConfigureAwait(false);
        var node = new SurfpoolNode(options, Path.GetFullPath(package));
        try
        {
            await node.InitializeAsync(cancellationToken).ConfigureAwait(false);
            return node;
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The folder of the package that a chain would be started with: the one that the environment variable DEPIN_SURFPOOL names, or the one installed earlier; null when there is none.</summary>
    public static string? FindPackage() => SurfpoolProgram.Find();

    /// <summary>Takes the RPC server away at once, as a crash of its machine would: requests and subscriptions under way are cut, and nobody listens. The chain goes on.</summary>
    public async Task KillAsync(CancellationToken cancellationToken = default)
    {
        if (_isServing)
        {
            _isServing = false;
            await _process.CommandAsync("kill", _options.StartTimeout, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Brings the RPC server back on the ports that it had; takes it away first when it is there. What the chain did meanwhile is there to be asked for, subscriptions are not.</summary>
    /// <exception cref="DePinException">The chain's process has ended: nothing is left to serve.</exception>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        await KillAsync(cancellationToken).ConfigureAwait(false);
        await _process.CommandAsync("restart", _options.StartTimeout, cancellationToken).ConfigureAwait(false);
        _isServing = true;
    }

    /// <summary>Calls a method of the RPC server, for example <c>CallAsync("surfnet_pauseClock")</c>.</summary>
    /// <param name="method">The method: one of Solana's, or one of surfpool's own, whose names begin with <c>surfnet_</c>.</param>
    /// <param name="parameters">Its parameters, in order.</param>
    /// <param name="cancellationToken">Gives up; after a minute it does so by itself.</param>
    /// <returns>The result; with its context, where the method gives one.</returns>
    /// <exception cref="DePinException">The server answers with an error, or cannot be reached.</exception>
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
            using var response = await _http.PostAsync(RpcUrl, content, cancellationToken).ConfigureAwait(false);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return answer.RootElement.TryGetProperty("result", out var result)
                ? result.Clone()
                : throw new DePinException(DePinErrorCode.SettlementFailed, Fault.Chain, $"surfpool refuses {method}: {answer.RootElement}");
        }
        catch (Exception ex) when (ex is HttpRequestException or JsonException || (ex is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new DePinException(DePinErrorCode.Unavailable, Fault.Chain, $"surfpool does not answer {method} at {RpcUrl}: {ex.Message}", isTransient: true, ex);
        }
    }

    /// <summary>Ends the chain; nothing of it is left.</summary>
    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _isServing = false;
        try
        {
            await _process.KillAsync(_options.StartTimeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It has been told; waiting longer would only hold up its owner.
        }

        _process.Dispose();
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        var started = await _process.WaitUntilStartedAsync(_options.StartTimeout, cancellationToken).ConfigureAwait(false);
        _port = started.GetProperty("port").GetInt32();
        _webSocketPort = started.GetProperty("webSocketPort").GetInt32();
        Accounts = [.. started.GetProperty("accounts").EnumerateArray().Select(ReadAccount)];
        _isServing = true;
        foreach (var (address, code) in _options.Programs)
        {
            await SetProgramAsync(address, code, cancellationToken).ConfigureAwait(false);
        }
    }

    private static SurfpoolAccount ReadAccount(JsonElement account) =>
        new(account.GetProperty("address").GetString()!, Convert.FromHexString(account.GetProperty("secretKey").GetString()!));
}
