using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Transactions;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>
/// A chain with one node in memory: a pool by the rules of geth, blocks that are mined by hand, base fees, reorganisations. A call whose data starts with
/// 0xFF reverts with "no"; every other transaction succeeds. Thread-safe.
/// </summary>
internal sealed class SimulatedChain : IJsonRpcTransport
{
    public const ulong ChainId = 31_337;
    private readonly Lock _gate = new();
    private readonly List<Block> _blocks = [];
    private readonly Dictionary<EvmAddress, BigInteger> _initial = [];
    private readonly SortedDictionary<(string Sender, ulong Nonce), SignedEvmTransaction> _pool = [];
    private int _forks;

    public SimulatedChain(string name = "") => _blocks.Add(new Block(0, Hash32.Keccak(System.Text.Encoding.ASCII.GetBytes(name)), Hash32.FromUInt256(UInt256.Zero), 100, []));

    /// <summary>What the next block burns per gas.</summary>
    public UInt256 BaseFee { get; set; } = 1_000_000_000UL;

    /// <summary>False: a chain from before EIP-1559.</summary>
    public bool HasBaseFee { get; set; } = true;

    public int MaxPerBlock { get; set; } = int.MaxValue;

    /// <summary>How far below the head the chain's "finalized" is.</summary>
    public ulong FinalizedDepth { get; set; } = 8;

    /// <summary>What a node takes at least as a tip.</summary>
    public UInt256 PoolMinTip { get; set; }

    /// <summary>Answers a call instead of the chain when it gives something else than null.</summary>
    public Func<JsonRpcRequest, JsonRpcResponse?> Script { get; set; } = static _ => null;

    public ulong Head
    {
        get
        {
            lock (_gate)
            {
                return _blocks[^1].Number;
            }
        }
    }

    public int Pooled
    {
        get
        {
            lock (_gate)
            {
                return _pool.Count;
            }
        }
    }

    /// <summary>Every call, in its order.</summary>
    public ConcurrentQueue<string> Calls { get; } = [];

    /// <summary>What is on the chain, in its order.</summary>
    public IReadOnlyList<SignedEvmTransaction> Mined
    {
        get
        {
            lock (_gate)
            {
                return [.. _blocks.SelectMany(block => block.Transactions.Select(mined => mined.Transaction))];
            }
        }
    }

    /// <summary>What waits, in the order of its nonces.</summary>
    public IReadOnlyList<SignedEvmTransaction> Pending
    {
        get
        {
            lock (_gate)
            {
                return [.. _pool.Values];
            }
        }
    }

    public void Fund(EvmAddress account, BigInteger wei)
    {
        lock (_gate)
        {
            _initial[account] = _initial.GetValueOrDefault(account) + wei;
        }
    }

    public BigInteger Balance(EvmAddress account)
    {
        lock (_gate)
        {
            return BalanceOf(account);
        }
    }

    public void Mine(int blocks = 1)
    {
        lock (_gate)
        {
            for (int i = 0; i < blocks; i++)
            {
                var block = new Block(Head + 1, Hash(Head + 1), _blocks[^1].Hash, BaseFee, []);
                _blocks.Add(block);
                foreach (var ((sender, nonce), transaction) in _pool.ToArray())
                {
                    if (block.Transactions.Count < MaxPerBlock && nonce == NonceOf(sender) && transaction.Transaction.MaxFeePerGas >= (HasBaseFee ? BaseFee : UInt256.Zero))
                    {
                        _pool.Remove((sender, nonce));
                        block.Transactions.Add(new Entry(transaction, EvmAddress.Parse(sender), PriceOf(transaction.Transaction)));
                    }
                }
            }
        }
    }

    /// <summary>Replaces the last blocks by empty ones and one more; what was in them is gone, or in the pool again.</summary>
    public void Reorganise(int depth, bool keepsTransactions = false)
    {
        lock (_gate)
        {
            _forks++;
            var removed = _blocks[^depth..].SelectMany(block => block.Transactions).ToList();
            _blocks.RemoveRange(_blocks.Count - depth, depth);
            if (keepsTransactions)
            {
                removed.ForEach(mined => _pool.TryAdd((mined.Sender.ToString(), mined.Transaction.Transaction.Nonce), mined.Transaction));
            }

            for (int i = 0; i <= depth; i++)
            {
                _blocks.Add(new Block(Head + 1, Hash(Head + 1), _blocks[^1].Hash, BaseFee, []));
            }
        }
    }

    /// <summary>Loses what waits, as a node that is restarted.</summary>
    public void DropPool(Func<ulong, bool>? ofNonce = null)
    {
        lock (_gate)
        {
            foreach (var key in _pool.Keys.Where(key => ofNonce?.Invoke(key.Nonce) ?? true).ToList())
            {
                _pool.Remove(key);
            }
        }
    }

    /// <summary>Takes a transaction as if it came from elsewhere.</summary>
    public void Inject(SignedEvmTransaction transaction)
    {
        lock (_gate)
        {
            _pool[(transaction.RecoverSender().ToString(), transaction.Transaction.Nonce)] = transaction;
        }
    }

    public Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<JsonRpcResponse>>([.. requests.Select(Answer)]);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static JsonRpcResponse Result(string json) => JsonRpcResponse.FromResult(JsonElement.Parse(json));

    public static JsonRpcResponse Error(string message, int code = -32000) => JsonRpcResponse.FromError(new JsonRpcError(code, message));

    private JsonRpcResponse Answer(JsonRpcRequest request)
    {
        Calls.Enqueue(request.Method);
        if (Script(request) is { } scripted)
        {
            return scripted;
        }

        var parameters = JsonElement.Parse(request.Parameters.Span);
        return request.Method switch
        {
            "eth_chainId" => Result(Quoted(ChainId)),
            "eth_getBlockByNumber" => FindBlock(parameters[0].GetString()!) is { } block ? Result(BlockText(block)) : Result("null"),
            "eth_getTransactionCount" => Result(Quoted(CountOf(parameters[0].GetString()!, parameters[1].GetString()!))),
            "eth_getBalance" => Result($"\"{Hex.EncodeQuantity((UInt256)BalanceOf(EvmAddress.Parse(parameters[0].GetString()!)))}\""),
            "eth_gasPrice" => Result($"\"{Hex.EncodeQuantity(BaseFee)}\""),
            "eth_feeHistory" => Result(FeeHistory()),
            "eth_estimateGas" => Execute(parameters[0], "\"0xc350\""),
            "eth_call" => Execute(parameters[0], "\"0x\""),
            "eth_sendRawTransaction" => Take(SignedEvmTransaction.Decode(Hex.Decode(parameters[0].GetString()!))),
            "eth_getTransactionReceipt" => Receipt(Hash32.Parse(parameters[0].GetString()!)),
            _ => Error("method not found", -32601),
        };
    }

    private JsonRpcResponse Take(SignedEvmTransaction signed)
    {
        var transaction = signed.Transaction;
        var sender = signed.RecoverSender();
        var place = (sender.ToString(), transaction.Nonce);
        if (transaction.Nonce < NonceOf(place.Item1))
        {
            return Error("nonce too low");
        }

        var earlier = _pool.GetValueOrDefault(place);
        if (earlier?.Hash == signed.Hash)
        {
            return Error("already known");
        }

        var tip = transaction.Type == EvmTransactionType.DynamicFee ? transaction.MaxPriorityFeePerGas : transaction.MaxFeePerGas;
        if (tip < PoolMinTip)
        {
            return Error("transaction underpriced");
        }

        if (earlier is not null && (transaction.MaxFeePerGas < Raised(earlier.Transaction.MaxFeePerGas) || transaction.MaxPriorityFeePerGas < Raised(earlier.Transaction.MaxPriorityFeePerGas)))
        {
            return Error("replacement transaction underpriced");
        }

        if (CostOf(transaction) > BalanceOf(sender))
        {
            return Error("insufficient funds for gas * price + value");
        }

        _pool[place] = signed;
        return Result($"\"{signed.Hash}\"");
    }

    private static UInt256 Raised(UInt256 fee) => (UInt256)((BigInteger)fee * 11 / 10);

    private static BigInteger CostOf(EvmTransaction transaction) => (BigInteger)transaction.Value + ((BigInteger)transaction.MaxFeePerGas * transaction.GasLimit);

    private UInt256 PriceOf(EvmTransaction transaction) => !HasBaseFee || transaction.Type == EvmTransactionType.Legacy
        ? transaction.MaxFeePerGas
        : transaction.MaxFeePerGas < BaseFee + transaction.MaxPriorityFeePerGas ? transaction.MaxFeePerGas : BaseFee + transaction.MaxPriorityFeePerGas;

    private static JsonRpcResponse Execute(JsonElement call, string output) => call.TryGetProperty("data", out var data) || call.TryGetProperty("input", out data)
        ? data.GetString()!.StartsWith("0xff", StringComparison.Ordinal)
            ? JsonRpcResponse.FromError(new JsonRpcError(3, "execution reverted: no", JsonElement.Parse($"\"{RevertData}\"")))
            : Result(output)
        : Result(output);

    private static string RevertData { get; } = Hex.Encode(RevertReason.Message.Encode("no"));

    private JsonRpcResponse Receipt(Hash32 hash)
    {
        foreach (var block in _blocks)
        {
            for (int i = 0; i < block.Transactions.Count; i++)
            {
                var mined = block.Transactions[i];
                if (mined.Transaction.Hash == hash)
                {
                    var to = mined.Transaction.Transaction.To is { } address ? $"\"{address}\"" : "null";
                    return Result($$"""
                        {"transactionHash":"{{hash}}","transactionIndex":"{{Number((ulong)i)}}","blockHash":"{{block.Hash}}","blockNumber":"{{Number(block.Number)}}",
                        "from":"{{mined.Sender}}","to":{{to}},"status":"{{(Fails(mined.Transaction) ? "0x0" : "0x1")}}","gasUsed":"{{Number(GasUsed)}}",
                        "effectiveGasPrice":"{{Hex.EncodeQuantity(mined.Price)}}","logs":[]}
                        """);
                }
            }
        }

        return Result("null");
    }

    private const ulong GasUsed = 21_000;

    public static bool Fails(SignedEvmTransaction transaction) => transaction.Transaction.Data.Span is [0xFF, ..];

    private string FeeHistory()
    {
        var blocks = _blocks.TakeLast(4).ToList();
        return $$"""
            {"oldestBlock":"{{Number(blocks[0].Number)}}","baseFeePerGas":[{{string.Join(",", blocks.Select(block => $"\"{Hex.EncodeQuantity(block.BaseFee)}\"").Append($"\"{Hex.EncodeQuantity(BaseFee)}\""))}}],
            "gasUsedRatio":[{{string.Join(",", blocks.Select(_ => "0.5"))}}],"reward":[{{string.Join(",", blocks.Select(_ => "[\"0x3b9aca00\"]"))}}]}
            """;
    }

    private string BlockText(Block block) => $$"""
        {"number":"{{Number(block.Number)}}","hash":"{{block.Hash}}","parentHash":"{{block.Parent}}","timestamp":"{{Number(block.Number * 12)}}",
        {{(HasBaseFee ? $"\"baseFeePerGas\":\"{Hex.EncodeQuantity(block.BaseFee)}\"," : string.Empty)}}"gasLimit":"0x1c9c380","gasUsed":"0x0"}
        """;

    private Block? FindBlock(string tag) => tag switch
    {
        "latest" => _blocks[^1],
        "finalized" or "safe" => Head < FinalizedDepth ? null : _blocks[(int)(Head - FinalizedDepth)],
        _ => ulong.Parse(tag.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var number && number <= Head ? _blocks[(int)number] : null,
    };

    private ulong CountOf(string account, string tag)
    {
        var address = EvmAddress.Parse(account).ToString();
        ulong count = NonceOf(address);
        while (tag == "pending" && _pool.ContainsKey((address, count)))
        {
            count++;
        }

        return count;
    }

    private ulong NonceOf(string sender) => (ulong)_blocks.Sum(block => block.Transactions.Count(mined => mined.Sender.ToString() == sender));

    private BigInteger BalanceOf(EvmAddress account)
    {
        var balance = _initial.GetValueOrDefault(account);
        foreach (var mined in _blocks.SelectMany(block => block.Transactions))
        {
            var value = Fails(mined.Transaction) ? UInt256.Zero : mined.Transaction.Transaction.Value;
            balance -= mined.Sender == account ? (BigInteger)value + ((BigInteger)mined.Price * GasUsed) : 0;
            balance += mined.Transaction.Transaction.To == account ? value : 0;
        }

        return balance;
    }

    private Hash32 Hash(ulong number) => Hash32.Keccak(System.Text.Encoding.ASCII.GetBytes($"{_forks}/{number}"));

    private static string Number(ulong value) => Hex.EncodeQuantity(value);

    private static string Quoted(ulong value) => $"\"{Number(value)}\"";

    private sealed record Entry(SignedEvmTransaction Transaction, EvmAddress Sender, UInt256 Price);

    private sealed record Block(ulong Number, Hash32 Hash, Hash32 Parent, UInt256 BaseFee, List<Entry> Transactions);
}
