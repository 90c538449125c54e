using System.Buffers.Binary;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Logs.Internal;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Logs;

/// <summary>A chain in memory that grows, is reorganised, and answers like a node; between any two answers it may become another one.</summary>
internal sealed class SimulatedChain : ILogSource
{
    public static readonly EvmAddress Contract = EvmAddress.Parse("0x00000000000000000000000000000000000000c0");

    private readonly List<Block> _blocks = [];
    private ulong _nextHash;

    public SimulatedChain() => Append([]);

    public IReadOnlyList<Block> Blocks => _blocks;

    public long HeadNumber => _blocks.Count - 1;

    /// <summary>The most blocks that a range may span; more is refused.</summary>
    public int MaxRange { get; set; } = int.MaxValue;

    /// <summary>How many blocks behind the head the node says to be.</summary>
    public int Lag { get; set; }

    public int RangeQueries { get; private set; }

    public int LogQueries { get; private set; }

    /// <summary>Runs before each answer: it may change the chain, or throw.</summary>
    public Action? OnCall { get; set; }

    /// <summary>Changes the logs of an answer.</summary>
    public Func<IReadOnlyList<EvmLog>, IReadOnlyList<EvmLog>> Answer { get; set; } = logs => logs;

    public void Append(params IReadOnlyList<Operation> operations)
    {
        var parent = _blocks.Count == 0 ? default : _blocks[^1].Header.Hash;
        var header = new LogHeader((ulong)_blocks.Count, Hash(), parent);
        _blocks.Add(new Block(header, operations));
    }

    /// <summary>Forgets the newest blocks; appending makes another branch.</summary>
    public void Drop(int blocks) => _blocks.RemoveRange(_blocks.Count - blocks, blocks);

    public string Describe() => "simulated";

    public Task<ulong> GetChainIdAsync(CancellationToken cancellationToken) => Task.FromResult(31337ul);

    public Task<LogHeader> GetHeadAsync(CancellationToken cancellationToken)
    {
        OnCall?.Invoke();
        return Task.FromResult(_blocks[Math.Max(0, _blocks.Count - 1 - Lag)].Header);
    }

    public Task<LogHeader?> GetHeaderAsync(ulong number, CancellationToken cancellationToken)
    {
        OnCall?.Invoke();
        return Task.FromResult(number < (ulong)_blocks.Count ? _blocks[(int)number].Header : (LogHeader?)null);
    }

    public Task<IReadOnlyList<EvmLog>> GetLogsAsync(Hash32 block, CancellationToken cancellationToken)
    {
        OnCall?.Invoke();
        LogQueries++;
        var found = _blocks.FirstOrDefault(candidate => candidate.Header.Hash == block) ?? throw new EvmRpcException(EvmRpcError.UnknownBlock, "unknown block");
        return Task.FromResult(Answer([.. LogsOf(found)]));
    }

    public Task<IReadOnlyList<EvmLog>> GetLogsAsync(ulong from, ulong to, CancellationToken cancellationToken)
    {
        OnCall?.Invoke();
        RangeQueries++;
        return to - from + 1 > (ulong)MaxRange
            ? throw new EvmRpcException(EvmRpcError.LimitExceeded, "range too wide")
            : Task.FromResult(Answer([.. _blocks.Skip((int)from).Take((int)(to - from + 1)).SelectMany(LogsOf)]));
    }

    private static IEnumerable<EvmLog> LogsOf(Block block) => block.Operations.Select((operation, index) => new EvmLog
    {
        Address = Contract,
        Topics = [Hash32.FromUInt256((ulong)operation.Kind)],
        Data = operation.Encode(),
        BlockNumber = block.Header.Number,
        BlockHash = block.Header.Hash,
        TransactionHash = default,
        TransactionIndex = 0,
        LogIndex = (ulong)(3 * index),
    });

    private Hash32 Hash()
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, ++_nextHash);
        return Hash32.Keccak(bytes);
    }

    public sealed record Block(LogHeader Header, IReadOnlyList<Operation> Operations);

    public enum OperationKind
    {
        Set,
        Add,
        Remove,
        Clear,
    }

    public readonly record struct Operation(OperationKind Kind, byte Account, uint Amount)
    {
        public byte[] Encode()
        {
            var bytes = new byte[5];
            bytes[0] = Account;
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), Amount);
            return bytes;
        }

        public static Operation Random(Random random) => new((OperationKind)Math.Min(3, random.Next(13) / 4), (byte)random.Next(5), (uint)random.Next(1000));
    }
}
