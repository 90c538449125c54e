using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending.Internal;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>
/// A cluster in memory behind one node: blocks with heights, skipped slots, blockhashes that expire after 150 blocks, durable nonces, forks, transactions that leaders lose, and a node that
/// may be behind. What a transaction does is its memo, which counts once for every time that the chain holds it.
/// </summary>
internal sealed class FakeSolanaNode : ISenderNode
{
    public const int BlockhashLife = 150;
    private const int ConfirmedDepth = 2;
    private const int FinalizedDepth = 32;

    private readonly Lock _gate = new();
    private readonly List<Block> _chain = [];
    private readonly Dictionary<SolanaSignature, byte[]> _pool = [];
    private readonly List<SolanaSignature> _received = [];
    private int _branch;
    private int _rooted;

    public FakeSolanaNode()
    {
        _chain.Add(new Block(0, 0, Hash("genesis"), [], []));
        Advance(40);
    }

    public SolanaHash Genesis { get; init; } = Hash("cluster");

    /// <summary>Whether leaders take what they get; what they do not take is lost.</summary>
    public bool TakesTransactions { get; set; } = true;

    /// <summary>By how many blocks the node is behind where it answers for transactions.</summary>
    public int StatusLag { get; set; }

    /// <summary>By how many slots the node is behind where it tries transactions out.</summary>
    public int SimulationLag { get; set; }

    /// <summary>Whether the node answers from its history.</summary>
    public bool HasHistory { get; set; } = true;

    public ulong FirstAvailableSlot { get; set; }

    public IReadOnlyList<ulong> Prices { get; set; } = [];

    /// <summary>The memos that programs refuse, with the error.</summary>
    public Func<string, SolanaTransactionError?> Refuses { get; set; } = static _ => null;

    /// <summary>Whether the simulation is wrong and finds nothing to refuse.</summary>
    public bool SimulatesEverything { get; set; }

    /// <summary>What breaks, by the name of the method: null for nothing, false before the node got the call, true after.</summary>
    public Func<string, bool?> Breaks { get; set; } = static _ => null;

    /// <summary>Ends the waiting for the node's own word; null where it has none.</summary>
    public Func<SolanaSignature, Task>? Watching { get; set; }

    public int Received
    {
        get
        {
            lock (_gate)
            {
                return _received.Count;
            }
        }
    }

    /// <summary>How often each id was handed to the node.</summary>
    public Dictionary<SolanaSignature, int> ReceivedTimes
    {
        get
        {
            lock (_gate)
            {
                return _received.GroupBy(id => id).ToDictionary(group => group.Key, group => group.Count());
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

    public ulong Height
    {
        get
        {
            lock (_gate)
            {
                return _chain[^1].Height;
            }
        }
    }

    public int Calls { get; private set; }

    /// <summary>What the chain holds now, in order.</summary>
    public List<(SolanaSignature Id, string Memo, byte[] Bytes, bool Succeeded)> Landed
    {
        get
        {
            lock (_gate)
            {
                return [.. _chain.SelectMany(block => block.Transactions).Select(entry => (entry.Key, entry.Value.Memo, entry.Value.Bytes, entry.Value.Error is null))];
            }
        }
    }

    /// <summary>How often a memo took effect.</summary>
    public int Effects(string memo) => Landed.Count(landed => landed.Memo == memo && landed.Succeeded);

    /// <summary>Makes blocks; every so many slots one is skipped.</summary>
    public void Advance(int blocks = 1, bool skipsSlots = false)
    {
        lock (_gate)
        {
            for (int i = 0; i < blocks; i++)
            {
                Make(skipsSlots && i % 5 == 4 ? 2u : 1u);
            }
        }
    }

    /// <summary>Leaders lose what they have.</summary>
    public void DropPool()
    {
        lock (_gate)
        {
            _pool.Clear();
        }
    }

    /// <summary>Takes the newest blocks away, but none that is final. What they held is lost, or waits for a block again.</summary>
    public void Fork(int blocks, bool keepsTransactions)
    {
        lock (_gate)
        {
            _branch++;
            for (int i = 0; i < blocks && _chain.Count - 1 > _rooted; i++)
            {
                foreach (var (id, landed) in keepsTransactions ? _chain[^1].Transactions : [])
                {
                    _pool[id] = landed.Bytes;
                }

                _chain.RemoveAt(_chain.Count - 1);
            }
        }
    }

    /// <summary>Takes the newest blocks away down to the one that holds a transaction, and so many below it.</summary>
    public void ForkBelow(SolanaSignature transaction, int blocks, bool keepsTransactions)
    {
        lock (_gate)
        {
            int at = _chain.FindIndex(block => block.Transactions.ContainsKey(transaction));
            Fork(_chain.Count - at + blocks, keepsTransactions);
        }
    }

    public void CreateNonce(SolanaAddress account, SolanaAddress authority)
    {
        lock (_gate)
        {
            _chain[^1].Nonces[account] = (Hash($"nonce {account} {_chain[^1].Slot} {_branch}"), authority);
        }
    }

    /// <summary>Somebody else uses a nonce.</summary>
    public void AdvanceNonce(SolanaAddress account)
    {
        lock (_gate)
        {
            var last = _chain[^1];
            last.Nonces[account] = (Hash($"nonce {account} {last.Slot} {_branch} other"), last.Nonces[account].Authority);
        }
    }

    public Task<SolanaHash> GetGenesisHashAsync(CancellationToken cancellationToken) => Answer("genesis", () => Genesis);

    public Task<BlockhashReading> GetBlockhashAsync(CancellationToken cancellationToken) => Answer("blockhash", () =>
    {
        var block = Confirmed;
        return new BlockhashReading(block.Blockhash, block.Height + BlockhashLife, block.Slot);
    });

    public Task<HeightReading> GetFinalizedHeightAsync(CancellationToken cancellationToken) => Answer("height", () => new HeightReading(Finalized.Slot, Finalized.Height));

    public Task<ulong> GetFirstAvailableSlotAsync(CancellationToken cancellationToken) => Answer("first", () => FirstAvailableSlot);

    public Task<StatusReading> GetStatusesAsync(IReadOnlyList<SolanaSignature> transactions, bool searchHistory, CancellationToken cancellationToken) => Answer(searchHistory ? "history" : "statuses", () =>
    {
        int head = _chain.Count - 1 - Math.Min(StatusLag, _chain.Count - 1);
        bool searches = searchHistory && HasHistory;
        ulong from = searches ? FirstAvailableSlot : _chain[head].Slot - Math.Min(_chain[head].Slot, 300);
        var landings = transactions.Select(id =>
        {
            for (int i = head; i >= 0 && _chain[i].Slot >= from; i--)
            {
                if (_chain[i].Transactions.TryGetValue(id, out var landed))
                {
                    var commitment = head - i >= FinalizedDepth || (StatusLag == 0 && i <= _rooted) ? SolanaCommitment.Finalized : head - i >= ConfirmedDepth ? SolanaCommitment.Confirmed : SolanaCommitment.Processed;
                    return new Landing(_chain[i].Slot, commitment, landed.Error);
                }
            }

            return null;
        }).ToList();
        return new StatusReading(_chain[head].Slot, searches, landings);
    });

    public Task<SimulationReading> SimulateAsync(ReadOnlyMemory<byte> transaction, bool replaceBlockhash, ulong minSlot, CancellationToken cancellationToken) => Answer("simulate", () =>
    {
        if (minSlot > _chain[^1].Slot - (ulong)SimulationLag)
        {
            throw new SolanaRpcException(SolanaRpcError.MinContextSlot, "behind", nodeCode: -32016);
        }

        var read = SolanaTransaction.Deserialize(transaction.Span);
        Assert.False(read.IsComplete);
        var error = SimulatesEverything ? null : Refuses(MemoOf(read));
        return new SimulationReading(error, error is null ? ["Program log: fine"] : ["Program log: no"], 1_000);
    });

    public Task SendAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) => Answer("send", () =>
    {
        var read = SolanaTransaction.Deserialize(transaction.Span);
        Assert.True(read.Verify());
        _received.Add(read.Id);
        if (TakesTransactions)
        {
            _pool[read.Id] = transaction.ToArray();
        }

        return true;
    });

    public Task<IReadOnlyList<ulong>> GetRecentPricesAsync(IReadOnlyList<SolanaAddress> writable, CancellationToken cancellationToken) => Answer("prices", () => Prices);

    public Task<NonceReading> GetNonceAsync(SolanaAddress account, bool isFinalized, CancellationToken cancellationToken) => Answer("nonce", () =>
    {
        var block = isFinalized ? Finalized : Confirmed;
        return block.Nonces.TryGetValue(account, out var nonce) ? new NonceReading(block.Slot, nonce.Value, nonce.Authority) : new NonceReading(block.Slot, null, default);
    });

    public Task<SolanaTransactionRecord?> GetTransactionAsync(SolanaSignature transaction, CancellationToken cancellationToken) => Answer("transaction", () =>
    {
        foreach (var block in _chain)
        {
            if (block.Transactions.TryGetValue(transaction, out var landed))
            {
                return new SolanaTransactionRecord { Slot = block.Slot, Transaction = landed.Bytes, Error = landed.Error, Fee = 5_000, PreBalances = [], PostBalances = [], LogMessages = [$"Program log: {landed.Memo}"] };
            }
        }

        return null;
    });

    public Task? WatchAsync(SolanaSignature transaction, CancellationToken cancellationToken) => Watching?.Invoke(transaction);

    public static string MemoOf(SolanaTransaction transaction)
    {
        var accounts = transaction.Message.StaticAccounts;
        var memo = transaction.Message.Instructions.FirstOrDefault(instruction => accounts[instruction.ProgramIndex] == MemoProgram.ProgramId);
        return memo is null ? string.Empty : System.Text.Encoding.UTF8.GetString(memo.Data.Span);
    }

    /// <summary>The error of a program of its own, at a place in the message.</summary>
    public static SolanaTransactionError Custom(int index, uint code) => new()
    {
        Kind = SolanaTransactionErrorKind.InstructionError,
        Name = "InstructionError",
        InstructionIndex = index,
        Instruction = new SolanaInstructionError { InstructionIndex = index, Kind = SolanaInstructionErrorKind.Custom, Name = "Custom", CustomCode = code },
    };

    private Block Confirmed => _chain[Math.Max(_rooted, _chain.Count - 1 - ConfirmedDepth)];

    private Block Finalized => _chain[_rooted];

    private static SolanaHash Hash(string text) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private void Make(ulong slots)
    {
        var last = _chain[^1];
        var block = new Block(last.Slot + slots, last.Height + 1, Hash($"{last.Blockhash} {_branch}"), [], new(last.Nonces));
        foreach (var (id, bytes) in _pool.ToList())
        {
            var transaction = SolanaTransaction.Deserialize(bytes);
            if (_chain.Any(earlier => earlier.Transactions.ContainsKey(id)) || !IsAlive(transaction, block))
            {
                _pool.Remove(id);
                continue;
            }

            var memo = MemoOf(transaction);
            block.Transactions.Add(id, (bytes, memo, Refuses(memo)));
            _pool.Remove(id);
        }

        _chain.Add(block);
        _rooted = Math.Max(_rooted, _chain.Count - 1 - FinalizedDepth);
    }

    private bool IsAlive(SolanaTransaction transaction, Block block)
    {
        var blockhash = transaction.Message.RecentBlockhash;
        if (transaction.Message.NonceAccount is { } account)
        {
            if (!block.Nonces.TryGetValue(account, out var nonce) || nonce.Value != blockhash)
            {
                return false;
            }

            block.Nonces[account] = (Hash($"nonce {account} {block.Slot} {_branch} {transaction.Id}"), nonce.Authority);
            return true;
        }

        return _chain.Exists(earlier => earlier.Blockhash == blockhash && block.Height <= earlier.Height + BlockhashLife);
    }

    private async Task<T> Answer<T>(string method, Func<T> body)
    {
        await Task.Yield();
        var breaks = Breaks(method);
        if (breaks == false)
        {
            throw new SolanaRpcException(SolanaRpcError.Unavailable, "connection refused");
        }

        T answer;
        lock (_gate)
        {
            Calls++;
            answer = body();
        }

        return breaks == true ? throw new SolanaRpcException(SolanaRpcError.TimedOut, "no answer", mayHaveBeenReceived: true) : answer;
    }

    private sealed record Block(
        ulong Slot,
        ulong Height,
        SolanaHash Blockhash,
        Dictionary<SolanaSignature, (byte[] Bytes, string Memo, SolanaTransactionError? Error)> Transactions,
        Dictionary<SolanaAddress, (SolanaHash Value, SolanaAddress Authority)> Nonces);
}
