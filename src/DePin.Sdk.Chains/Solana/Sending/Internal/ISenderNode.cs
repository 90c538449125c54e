using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What a sender asks of a node. Every method throws <see cref="RpcException"/> when there is no answer to rely on. Thread-safe.</summary>
internal interface ISenderNode
{
    /// <summary>What names the cluster.</summary>
    Task<SolanaHash> GetGenesisHashAsync(CancellationToken cancellationToken);

    /// <summary>A blockhash to sign for, of a confirmed block.</summary>
    Task<BlockhashReading> GetBlockhashAsync(CancellationToken cancellationToken);

    /// <summary>How far the finalized chain is.</summary>
    Task<HeightReading> GetFinalizedHeightAsync(CancellationToken cancellationToken);

    /// <summary>The first slot that the node still knows.</summary>
    Task<ulong> GetFirstAvailableSlotAsync(CancellationToken cancellationToken);

    /// <summary>Where transactions are, any number of them. A node without history answers from what it remembers and says so.</summary>
    Task<StatusReading> GetStatusesAsync(IReadOnlyList<SolanaSignature> transactions, bool searchHistory, CancellationToken cancellationToken);

    /// <summary>Tries a transaction out without its signatures.</summary>
    /// <param name="transaction">The bytes.</param>
    /// <param name="replaceBlockhash">Whether the node puts a blockhash of its own in; not with a nonce, which is to be tried out as it stands.</param>
    /// <param name="minSlot">The slot that the node must have reached.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<SimulationReading> SimulateAsync(ReadOnlyMemory<byte> transaction, bool replaceBlockhash, ulong minSlot, CancellationToken cancellationToken);

    /// <summary>Hands signed bytes to the node, which does not try them out again.</summary>
    Task SendAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken);

    /// <summary>The priority fees that recent blocks took for accounts, in micro-lamports per compute unit, one for each block.</summary>
    Task<IReadOnlyList<ulong>> GetRecentPricesAsync(IReadOnlyList<SolanaAddress> writable, CancellationToken cancellationToken);

    /// <summary>A nonce account; its value is null where it is none.</summary>
    Task<NonceReading> GetNonceAsync(SolanaAddress account, bool isFinalized, CancellationToken cancellationToken);

    /// <summary>What a transaction did; null as long as the node does not have it.</summary>
    Task<SolanaTransactionRecord?> GetTransactionAsync(SolanaSignature transaction, CancellationToken cancellationToken);

    /// <summary>Ends when the node says by itself that a transaction is confirmed; null where it cannot. It may never end: such words get lost.</summary>
    Task? WatchAsync(SolanaSignature transaction, CancellationToken cancellationToken);
}
