using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana;

/// <content>The rent of channels that have ended.</content>
public sealed partial class SolanaSettlement
{
    /// <summary>
    /// Fetches back the rent of channels that have ended and that a fee payer funded, as many in a transaction as fit. A channel's account can go once
    /// <see cref="PaymentChannelProgram.OpenSlotWindow"/> slots have passed since its open slot, some ten minutes; those that cannot yet are left for later.
    /// </summary>
    /// <param name="feePayer">Who funded them, gets the rent and pays the fee.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many accounts are gone now.</returns>
    /// <exception cref="SolanaSendException">A transaction failed, or its outcome is unknown.</exception>
    public async Task<int> ReclaimRentAsync(ISigner feePayer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(feePayer);
        var account = AddressOf(feePayer.PublicKey);
        var sender = await _senders.GetFeePayerAsync(feePayer, account, cancellationToken).ConfigureAwait(false);
        ulong slot = await Client.GetSlotAsync(SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false);
        var due = (await FindRentsAsync(account, cancellationToken).ConfigureAwait(false)).Where(row => slot > row.OpenSlot + PaymentChannelProgram.OpenSlotWindow).Select(row => row.Channel).ToArray();
        int reclaimed = 0;
        var groups = due.Select(channel => (IReadOnlyList<SolanaInstruction>)[Program.Reclaim(channel, account)]).ToArray();
        foreach (var pack in InstructionPacker.Pack(account, groups, null, ComputeBudget))
        {
            SolanaAddress[] channels = [.. pack.Groups.Select(group => due[group])];
            reclaimed += await ReclaimAsync(sender, channels, account, cancellationToken).ConfigureAwait(false);
        }

        return reclaimed;
    }

    private async Task<int> ReclaimAsync(SolanaSender sender, SolanaAddress[] channels, SolanaAddress rentPayer, CancellationToken cancellationToken)
    {
        try
        {
            await sender.SendAsync(new SolanaTransactionRequest { Instructions = [.. channels.Select(channel => Program.Reclaim(channel, rentPayer))] }, cancellationToken).ConfigureAwait(false);
            Array.ForEach(channels, _store.ForgetRent);
            return channels.Length;
        }
        catch (SolanaSendException failure) when (!ChannelFailure.IsUnknown(failure) && failure.TransactionError is not null)
        {
            // One that somebody else has reclaimed must not keep the others waiting: anybody may.
            if (channels.Length == 1)
            {
                return 0;
            }

            int half = channels.Length / 2;
            return await ReclaimAsync(sender, channels[..half], rentPayer, cancellationToken).ConfigureAwait(false)
                + await ReclaimAsync(sender, channels[half..], rentPayer, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ended channels that somebody funded: what is remembered, and what the node finds among the program's accounts.</summary>
    private async Task<IReadOnlyCollection<(SolanaAddress Channel, ulong OpenSlot)>> FindRentsAsync(SolanaAddress rentPayer, CancellationToken cancellationToken)
    {
        var found = new HashSet<(SolanaAddress Channel, ulong OpenSlot)>();
        ChannelView[] remembered = [.. _store.ListRents().Where(view => view.Account.RentPayer == rentPayer)];
        var accounts = await Client.GetAccountsAsync([.. remembered.Select(view => view.Address)], cancellationToken: cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < remembered.Length; i++)
        {
            // Only its absence ends the waiting: what was opened here may end much later, and elsewhere.
            if (accounts[i] is not { } account || account.Owner != Program.ProgramId)
            {
                _store.ForgetRent(remembered[i].Address);
            }
            else if (IsDistributed(account, rentPayer, out var terms) && Program.FindChannel(terms, out _) == remembered[i].Address)
            {
                found.Add((remembered[i].Address, terms.OpenSlot));
            }
        }

        try
        {
            SolanaAccountFilter[] filters =
            [
                SolanaAccountFilter.OfSize(PaymentChannelAccount.SizeInBytes),
                SolanaAccountFilter.OfBytes(PaymentChannelAccount.StatusOffset, [(byte)PaymentChannelStatus.Distributed]),
                SolanaAccountFilter.OfBytes(PaymentChannelAccount.RentPayerOffset, rentPayer.ToArray()),
            ];
            foreach (var row in await Client.GetProgramAccountsAsync(Program.ProgramId, filters, cancellationToken: cancellationToken).ConfigureAwait(false))
            {
                if (IsDistributed(row.Account, rentPayer, out var terms))
                {
                    found.Add((row.Address, terms.OpenSlot));
                }
            }
        }
        catch (SolanaRpcException problem) when (problem.Kind is SolanaRpcError.MethodUnavailable or SolanaRpcError.LimitExceeded)
        {
            // Many nodes do not search; what is remembered has to do.
        }

        return found;
    }

    private static bool IsDistributed(SolanaAccount account, SolanaAddress rentPayer, out PaymentChannelTerms terms)
    {
        terms = default;
        try
        {
            var read = PaymentChannelAccount.Parse(account.Data.Span);
            terms = read.Terms;
            return read.Status == PaymentChannelStatus.Distributed && read.RentPayer == rentPayer;
        }
        catch (SolanaFormatException)
        {
            return false;
        }
    }

    private async Task SweepAsync(TimeSpan interval, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await Task.Delay(interval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
                foreach (var feePayer in _senders.FeePayers)
                {
                    int count = await ReclaimRentAsync(feePayer, cancellationToken).ConfigureAwait(false);
                    ChannelLog.RentReclaimed(_logger, count);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (problem is DePinException or OperationCanceledException or ObjectDisposedException)
            {
                // It is nobody's money that waits, and what is due stays due.
                ChannelLog.RentSweepFailed(_logger, problem);
            }
        }
    }
}
