using System.Text.Json;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>The node behind a <see cref="SolanaClient"/>.</summary>
internal sealed class ClientNode(SolanaClient client, SolanaSenderOptions options) : ISenderNode
{
    /// <summary>Nodes allow some thousand subscriptions on a connection; whoever has more on its way is served as well by asking.</summary>
    private const int MaxWatched = 256;

    private int _watched;

    public Task<SolanaHash> GetGenesisHashAsync(CancellationToken cancellationToken) => client.GetGenesisHashAsync(cancellationToken);

    public async Task<BlockhashReading> GetBlockhashAsync(CancellationToken cancellationToken)
    {
        var latest = await client.GetLatestBlockhashAsync(SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new BlockhashReading(latest.Blockhash, latest.LastValidBlockHeight, latest.Slot);
    }

    public async Task<HeightReading> GetFinalizedHeightAsync(CancellationToken cancellationToken)
    {
        var info = await client.GetEpochInfoAsync(SolanaCommitment.Finalized, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new HeightReading(info.Slot, info.BlockHeight);
    }

    public async Task<ulong> GetFirstAvailableSlotAsync(CancellationToken cancellationToken)
    {
        const string method = "getFirstAvailableBlock";
        var result = await client.InvokeAsync(new JsonRpcRequest(method), cancellationToken).ConfigureAwait(false);
        return result.ValueKind == JsonValueKind.Number && result.TryGetUInt64(out ulong slot)
            ? slot
            : throw new SolanaRpcException(SolanaRpcError.Malformed, $"The answer to {method} is no slot.");
    }

    public async Task<StatusReading> GetStatusesAsync(IReadOnlyList<SolanaSignature> transactions, bool searchHistory, CancellationToken cancellationToken)
    {
        SolanaSignatureStatuses statuses;
        try
        {
            statuses = await client.GetSignatureStatusesAsync(transactions, searchHistory, cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaRpcException problem) when (searchHistory && problem.Kind == SolanaRpcError.MethodUnavailable)
        {
            searchHistory = false;
            statuses = await client.GetSignatureStatusesAsync(transactions, searchHistory, cancellationToken).ConfigureAwait(false);
        }

        return new StatusReading(statuses.Slot, searchHistory, [.. statuses.Select(status => status is null ? null : new Landing(status.Slot, status.Commitment, status.Error))]);
    }

    public async Task<SimulationReading> SimulateAsync(ReadOnlyMemory<byte> transaction, bool replaceBlockhash, ulong minSlot, CancellationToken cancellationToken)
    {
        var result = await client.SimulateTransactionAsync(transaction, replaceBlockhash: replaceBlockhash, minContextSlot: minSlot, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new SimulationReading(result.Error, result.Logs, result.UnitsConsumed);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendTransactionAsync(transaction, skipPreflight: true, maxRetries: 0, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaRpcException problem) when (problem.Kind == SolanaRpcError.AlreadyProcessed)
        {
            // The chain has it; looking it up says how it ended.
        }
    }

    public async Task<IReadOnlyList<ulong>> GetRecentPricesAsync(IReadOnlyList<SolanaAddress> writable, CancellationToken cancellationToken)
    {
        try
        {
            var fees = await client.GetRecentPrioritizationFeesAsync(writable, cancellationToken).ConfigureAwait(false);
            return [.. fees.Select(fee => fee.MicroLamports)];
        }
        catch (SolanaRpcException problem) when (problem.Kind is SolanaRpcError.Other or SolanaRpcError.InvalidRequest or SolanaRpcError.MethodUnavailable)
        {
            // A node that cannot say what others paid does not keep a transaction from being sent. Surfpool is one, once a lookup table of an earlier transaction is gone.
            return [];
        }
    }

    public async Task<NonceReading> GetNonceAsync(SolanaAddress account, bool isFinalized, CancellationToken cancellationToken)
    {
        var commitment = isFinalized ? SolanaCommitment.Finalized : SolanaCommitment.Confirmed;
        var found = await client.GetAccountAsync(account, commitment, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            // An answer without an account names no slot: the node's own is asked for, and the account once more from there on.
            var info = await client.GetEpochInfoAsync(commitment, cancellationToken: cancellationToken).ConfigureAwait(false);
            found = await client.GetAccountAsync(account, commitment, info.Slot, cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return new NonceReading(info.Slot, null, default);
            }
        }

        try
        {
            var nonce = found.Owner == SystemProgram.ProgramId && found.Data.Length == NonceAccount.SizeInBytes ? NonceAccount.Read(found.Data.Span) : null;
            return new NonceReading(found.Slot, nonce?.Nonce, nonce?.Authority ?? default);
        }
        catch (SolanaFormatException)
        {
            return new NonceReading(found.Slot, null, default); // not set up
        }
    }

    public Task<SolanaTransactionRecord?> GetTransactionAsync(SolanaSignature transaction, CancellationToken cancellationToken) =>
        client.GetTransactionAsync(transaction, SolanaCommitment.Confirmed, cancellationToken);

    public Task? WatchAsync(SolanaSignature transaction, CancellationToken cancellationToken)
    {
        if (options.Notifications is not { } transport)
        {
            return null;
        }

        if (Interlocked.Increment(ref _watched) <= MaxWatched)
        {
            return WatchAsync(transport, transaction, cancellationToken);
        }

        Interlocked.Decrement(ref _watched);
        return null;
    }

    private async Task WatchAsync(WebSocketJsonRpcTransport transport, SolanaSignature transaction, CancellationToken cancellationToken)
    {
        try
        {
            var subscription = await transport.SubscribeSignatureAsync(transaction, options.Commitment, cancellationToken).ConfigureAwait(false);
            await using (subscription.ConfigureAwait(false))
            {
                await foreach (var _ in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                {
                    return; // the word itself, or the news that it may have been missed: both are a reason to look
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watched);
        }
    }
}
