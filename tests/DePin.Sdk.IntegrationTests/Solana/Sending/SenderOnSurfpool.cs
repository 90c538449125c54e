using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.Sending;

/// <summary>A sender on a real chain of its own, with a journal on the disk. Payments move a few lamports each to one payee, by which they are counted.</summary>
internal sealed class SenderOnSurfpool : IAsyncDisposable
{
    private const ulong Lamports = 1_000_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-outbox-");
    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(3));
    private readonly HttpJsonRpcTransport _transport;

    private SenderOnSurfpool(SurfpoolNode node, SolanaAddress payee)
    {
        Node = node;
        Payee = payee;
        Signer = SurfpoolFixture.SignerOf(node.Accounts[1]);
        _transport = new HttpJsonRpcTransport(node.RpcUrl);
        Client = new SolanaClient(_transport);
        Options = new SolanaSenderOptions
        {
            JournalPath = Path.Combine(_folder.FullName, "outbox.db"),
            PollInterval = TimeSpan.FromMilliseconds(50),
            ResendInterval = TimeSpan.FromMilliseconds(200),
        };
    }

    public SurfpoolNode Node { get; }

    public SolanaAddress Payee { get; }

    public Ed25519Signer Signer { get; }

    public SolanaAddress FeePayer => new(Signer.PublicKey.Bytes.Span);

    public SolanaClient Client { get; }

    public IJsonRpcTransport Transport => _transport;

    public SolanaSenderOptions Options { get; }

    public SolanaSender Sender { get; private set; } = null!;

    /// <summary>Ends every wait of a test.</summary>
    public CancellationToken Stop => _limit.Token;

    public static async Task<SenderOnSurfpool> StartAsync(Action<SenderOnSurfpool>? prepare = null, bool opens = true)
    {
        var node = await SurfpoolFixture.StartAsync(new SurfpoolOptions { SlotTime = TimeSpan.FromMilliseconds(50) });
        var payee = await node.CreateAccountAsync(Lamports);
        var bench = new SenderOnSurfpool(node, SolanaAddress.Parse(payee.Address));
        prepare?.Invoke(bench);
        if (opens)
        {
            await bench.ReopenAsync();
        }

        return bench;
    }

    public async Task ReopenAsync(IJsonRpcTransport? transport = null, ISigner? signer = null)
    {
        if (Sender is not null)
        {
            await Sender.DisposeAsync();
        }

        Sender = await SolanaSender.OpenAsync(transport is null ? Client : new SolanaClient(transport), signer ?? Signer, Options, cancellationToken: Stop);
    }

    /// <summary>A payment with a memo that tells it apart, and its number as its key.</summary>
    public SolanaTransactionRequest Pay(int id) => new()
    {
        Instructions = [SystemProgram.Transfer(FeePayer, Payee, AmountOf(id)), MemoProgram.Memo($"payment {id}")],
        Key = $"payment {id}",
    };

    public static ulong AmountOf(int id) => 1_000 + (ulong)id;

    public Task<SolanaReceipt> SendAsync(int id) => Sender.SendAsync(Pay(id), Stop);

    /// <summary>The payee has exactly what these payments bring, each once.</summary>
    public async Task CheckBooksAsync(IEnumerable<int> paid)
    {
        ulong expected = Lamports + paid.Aggregate(0UL, (sum, id) => sum + AmountOf(id));
        Assert.Equal(expected, await Client.GetBalanceAsync(Payee, cancellationToken: Stop));
    }

    public async ValueTask DisposeAsync()
    {
        if (Sender is not null)
        {
            await Sender.DisposeAsync();
        }

        await _transport.DisposeAsync();
        await Node.DisposeAsync();
        Signer.Dispose();
        _limit.Dispose();
        _folder.Delete(recursive: true);
    }
}
