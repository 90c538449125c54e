using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>The node behind a <see cref="SolanaClient"/>.</summary>
internal sealed class ClientNode(SolanaClient client) : ISenderNode
{
    /// <summary>Nodes answer for so many transactions in one call.</summary>
    private const int MaxStatuses = 256;

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

    public Task<ulong> GetFirstAvailableSlotAsync(CancellationToken cancellationToken) => client.GetFirstAvailableBlockAsync(cancellationToken);

    public async Task<StatusReading> GetStatusesAsync(IReadOnlyList<SolanaSignature> transactions, bool searchHistory, CancellationToken cancellationToken)
    {
        var landings = new List<Landing?>(transactions.Count);
        ulong slot = ulong.MaxValue;
        bool hasHistory = searchHistory;
        foreach (var chunk in transactions.Chunk(MaxStatuses))
        {
            SolanaSignatureStatuses statuses;
            try
            {
                statuses = await client.GetSignatureStatusesAsync(chunk, hasHistory, cancellationToken).ConfigureAwait(false);
            }
            catch (SolanaRpcException problem) when (hasHistory && problem.Kind == SolanaRpcError.MethodUnavailable)
            {
                hasHistory = false;
                statuses = await client.GetSignatureStatusesAsync(chunk, searchHistory: false, cancellationToken).ConfigureAwait(false);
            }

            slot = Math.Min(slot, statuses.Slot);
            landings.AddRange(statuses.Select(status => status is null ? null : new Landing(status.Slot, status.Commitment, status.Error)));
        }

        return new StatusReading(slot, hasHistory, landings);
    }

    public async Task<SimulationReading> SimulateAsync(ReadOnlyMemory<byte> transaction, bool replaceBlockhash, CancellationToken cancellationToken)
    {
        var result = await client.SimulateTransactionAsync(transaction, replaceBlockhash, cancellationToken).ConfigureAwait(false);
        return new SimulationReading(result.Error, result.Logs, result.UnitsConsumed);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken)
    {
        try
        {
            await client.SendTransactionAsync(transaction, skipPreflight: true, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaRpcException problem) when (problem.Kind == SolanaRpcError.AlreadyProcessed)
        {
            // The chain has it; looking it up says how it ended.
        }
    }

    public async Task<IReadOnlyList<ulong>> GetRecentPricesAsync(IReadOnlyList<SolanaAddress> writable, CancellationToken cancellationToken)
    {
        var fees = await client.GetRecentPrioritizationFeesAsync(writable, cancellationToken).ConfigureAwait(false);
        return [.. fees.Select(fee => fee.MicroLamports)];
    }

    public async Task<NonceReading> GetNonceAsync(SolanaAddress account, bool isFinalized, CancellationToken cancellationToken)
    {
        var commitment = isFinalized ? SolanaCommitment.Finalized : SolanaCommitment.Confirmed;
        var found = await client.GetAccountAsync(account, commitment, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (found is null)
        {
            // An answer without an account names no slot: the node's own is asked for before, and the account once more.
            var info = await client.GetEpochInfoAsync(commitment, cancellationToken: cancellationToken).ConfigureAwait(false);
            found = await client.GetAccountAsync(account, commitment, cancellationToken: cancellationToken).ConfigureAwait(false);
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

    public Task? WatchAsync(SolanaSignature transaction, CancellationToken cancellationToken) => null;
}
