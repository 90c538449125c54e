using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Testing.Evm;

namespace DePin.Sdk.IntegrationTests.Evm.Sending;

/// <summary>A real node that mines when it is told to, an account on it, and the account's books.</summary>
internal sealed class SenderOnAnvil : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);
    private readonly CancellationTokenSource _limit = new(Limit);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-sender-");
    private readonly HttpJsonRpcTransport _http;

    private SenderOnAnvil(AnvilNode node)
    {
        Node = node;
        Signer = Secp256k1Signer.FromPrivateKey(node.Accounts[1].PrivateKey.Span);
        _http = new HttpJsonRpcTransport(node.HttpUrl, new HttpJsonRpcOptions { Timeout = TimeSpan.FromSeconds(20) });
        Options = new EvmSenderOptions
        {
            JournalPath = Path.Combine(_folder.FullName, "lane.db"),
            PollInterval = TimeSpan.FromMilliseconds(50),
            ReplaceAfter = TimeSpan.FromMilliseconds(400),
            MaxReplacements = 100,
            MaxInFlight = 500,
        };
    }

    public AnvilNode Node { get; }

    public Secp256k1Signer Signer { get; }

    public EvmSenderOptions Options { get; }

    public IJsonRpcTransport Http => _http;

    public EvmSender Sender { get; private set; } = null!;

    public EvmAddress Account => EvmAddress.FromPublicKey(Signer.Point);

    /// <summary>Nobody else pays it.</summary>
    public EvmAddress Payee { get; } = new(RandomNumberGenerator.GetBytes(EvmAddress.SizeInBytes));

    public CancellationToken Stop => _limit.Token;

    public static async Task<SenderOnAnvil> StartAsync(Action<EvmSenderOptions>? configure = null, bool opens = true)
    {
        var options = new AnvilOptions { Arguments = { "--no-mining" } };
        var bench = new SenderOnAnvil(await AnvilFixture.StartAsync(options));
        configure?.Invoke(bench.Options);
        if (opens)
        {
            await bench.OpenAsync();
        }

        return bench;
    }

    public async Task OpenAsync(IJsonRpcTransport? transport = null)
    {
        if (Sender is not null)
        {
            await Sender.DisposeAsync().AsTask().WaitAsync(Stop);
        }

        Sender = await EvmSender.OpenAsync(new EvmClient(transport ?? _http), Signer, Options, cancellationToken: Stop);
    }

    /// <summary>A payment of one wei that its data tells from others.</summary>
    public EvmTransactionRequest Pay(int id, string? key = null)
    {
        var data = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(data, id);
        return new EvmTransactionRequest { To = Payee, Value = UInt256.One, Data = data, Key = key ?? $"payment {id}" };
    }

    /// <summary>Mines blocks until a task ends; what happens in between is the test's.</summary>
    public async Task MineUntilAsync(Task task, Func<int, Task>? everyBlock = null)
    {
        for (int block = 0; !task.IsCompleted; block++)
        {
            if (everyBlock is not null)
            {
                await everyBlock(block);
            }

            if (Node.IsRunning)
            {
                await Node.MineAsync(1, Stop);
            }

            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(25), Stop));
            Stop.ThrowIfCancellationRequested();
        }

        await task;
    }

    public async Task<int> PooledAsync()
    {
        var status = await Node.CallAsync("txpool_status", cancellationToken: Stop);
        return Number(status.GetProperty("pending")) + Number(status.GetProperty("queued"));
    }

    public async Task UntilPooledAsync(int count)
    {
        while (await PooledAsync() < count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Stop);
        }
    }

    /// <summary>Goes through every block: each payment is on the chain as often as it should be, nonces have no gap, and the balances are what is left.</summary>
    public async Task CheckBooksAsync(IEnumerable<int> paid)
    {
        var expected = paid.Order().ToList();
        var found = new List<int>();
        var spent = BigInteger.Zero;
        ulong nonce = 0;
        int head = Number(await Node.CallAsync("eth_blockNumber", cancellationToken: Stop));
        for (int number = 0; number <= head; number++)
        {
            var block = await Node.CallAsync("eth_getBlockByNumber", [$"0x{number:x}", true], Stop);
            foreach (var transaction in block.GetProperty("transactions").EnumerateArray())
            {
                if (EvmAddress.Parse(transaction.GetProperty("from").GetString()!) != Account)
                {
                    continue;
                }

                Assert.Equal(nonce++, (ulong)Number(transaction.GetProperty("nonce")));
                var receipt = await Node.CallAsync("eth_getTransactionReceipt", [transaction.GetProperty("hash").GetString()], Stop);
                spent += Big(receipt.GetProperty("gasUsed")) * Big(receipt.GetProperty("effectiveGasPrice"));
                if (EvmAddress.Parse(transaction.GetProperty("to").GetString()!) == Payee)
                {
                    Assert.Equal("0x1", receipt.GetProperty("status").GetString());
                    spent += Big(transaction.GetProperty("value"));
                    found.Add(int.Parse(transaction.GetProperty("input").GetString().AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                }
            }
        }

        found.Sort();
        Assert.Equal(expected, found);
        Assert.Equal(new BigInteger(expected.Count), await BalanceAsync(Payee));
        Assert.Equal((10_000 * BigInteger.Pow(10, 18)) - spent, await BalanceAsync(Account));
        Assert.Equal(0, await PooledAsync());
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Sender is not null)
            {
                await Sender.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            }
        }
        finally
        {
            await _http.DisposeAsync();
            await Node.DisposeAsync();
            Signer.Dispose();
            _limit.Dispose();
            _folder.Delete(recursive: true);
        }
    }

    private async Task<BigInteger> BalanceAsync(EvmAddress account) => Big(await Node.CallAsync("eth_getBalance", [account.ToString(), "latest"], Stop));

    private static BigInteger Big(JsonElement quantity) => UInt256.Parse(quantity.GetString()!);

    private static int Number(JsonElement quantity) => (int)Big(quantity);
}
