using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending.Internal;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>A node that passes every call on.</summary>
internal abstract class NodeDecorator(ISenderNode node) : ISenderNode
{
    public Task<SolanaHash> GetGenesisHashAsync(CancellationToken cancellationToken) => PassAsync(() => node.GetGenesisHashAsync(cancellationToken), cancellationToken);

    public Task<BlockhashReading> GetBlockhashAsync(CancellationToken cancellationToken) => PassAsync(() => node.GetBlockhashAsync(cancellationToken), cancellationToken);

    public Task<HeightReading> GetFinalizedHeightAsync(CancellationToken cancellationToken) => PassAsync(() => node.GetFinalizedHeightAsync(cancellationToken), cancellationToken);

    public Task<ulong> GetFirstAvailableSlotAsync(CancellationToken cancellationToken) => PassAsync(() => node.GetFirstAvailableSlotAsync(cancellationToken), cancellationToken);

    public Task<StatusReading> GetStatusesAsync(IReadOnlyList<SolanaSignature> transactions, bool searchHistory, CancellationToken cancellationToken) =>
        PassAsync(() => node.GetStatusesAsync(transactions, searchHistory, cancellationToken), cancellationToken);

    public Task<SimulationReading> SimulateAsync(ReadOnlyMemory<byte> transaction, bool replaceBlockhash, ulong minSlot, CancellationToken cancellationToken) =>
        PassAsync(() => node.SimulateAsync(transaction, replaceBlockhash, minSlot, cancellationToken), cancellationToken);

    public virtual Task SendAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) => PassAsync(
        async () =>
        {
            await node.SendAsync(transaction, cancellationToken);
            return true;
        },
        cancellationToken);

    public Task<IReadOnlyList<ulong>> GetRecentPricesAsync(IReadOnlyList<SolanaAddress> writable, CancellationToken cancellationToken) => PassAsync(() => node.GetRecentPricesAsync(writable, cancellationToken), cancellationToken);

    public Task<NonceReading> GetNonceAsync(SolanaAddress account, bool isFinalized, CancellationToken cancellationToken) => PassAsync(() => node.GetNonceAsync(account, isFinalized, cancellationToken), cancellationToken);

    public Task<SolanaTransactionRecord?> GetTransactionAsync(SolanaSignature transaction, CancellationToken cancellationToken) => PassAsync(() => node.GetTransactionAsync(transaction, cancellationToken), cancellationToken);

    public Task? WatchAsync(SolanaSignature transaction, CancellationToken cancellationToken) => node.WatchAsync(transaction, cancellationToken);

    protected virtual Task<T> PassAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) => call();
}
