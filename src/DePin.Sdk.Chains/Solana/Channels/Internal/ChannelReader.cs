using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>
/// Reads channels through a node and believes it nothing that can be checked: whose the account is, that its content is the channel at this address, and that
/// the escrow holds what the channel says. Thread-safe.
/// </summary>
internal sealed class ChannelReader(SolanaClient client, PaymentChannelProgram program, ChannelStore store, TokenDesk tokens, ChannelHistory history)
{
    // A channel and its escrow travel together, so that both are of one moment: 100 accounts are asked for at once.
    private const int PairsPerCall = 50;

    public async Task<ChannelView?> ReadAsync(SolanaAddress channel, SolanaCommitment commitment, ulong minSlot, CancellationToken cancellationToken) =>
        (await ReadAsync([channel], commitment, minSlot, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Channels as they stand, null where there is none that this SDK pays through.</summary>
    /// <param name="channels">Their addresses.</param>
    /// <param name="commitment">How sure the answer must be.</param>
    /// <param name="minSlot">The slot that the answer must not be older than; 0 for any.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<ChannelView?>> ReadAsync(IReadOnlyList<SolanaAddress> channels, SolanaCommitment commitment, ulong minSlot, CancellationToken cancellationToken)
    {
        var views = new ChannelView?[channels.Count];
        var known = new ChannelView?[channels.Count];
        for (int i = 0; i < views.Length; i++)
        {
            known[i] = store.Find(channels[i]);

            // What has been paid out never changes again.
            views[i] = known[i] is { Account.Status: PaymentChannelStatus.Distributed } ? known[i] : null;
        }

        await IntroduceAsync(channels, known, commitment, minSlot, cancellationToken).ConfigureAwait(false);
        foreach (var part in Enumerable.Range(0, views.Length).Where(i => views[i] is null && known[i] is not null).Chunk(PairsPerCall))
        {
            var accounts = await client.GetAccountsAsync([.. part.SelectMany(i => new[] { channels[i], known[i]!.Escrow })], commitment, minSlot, cancellationToken).ConfigureAwait(false);
            for (int k = 0; k < part.Length; k++)
            {
                views[part[k]] = await JudgeAsync(known[part[k]]!, accounts[2 * k], accounts[(2 * k) + 1], cancellationToken).ConfigureAwait(false);
            }
        }

        return views;
    }

    /// <summary>Finds the terms of channels that were not seen before.</summary>
    private async Task IntroduceAsync(IReadOnlyList<SolanaAddress> channels, ChannelView?[] known, SolanaCommitment commitment, ulong minSlot, CancellationToken cancellationToken)
    {
        int[] strangers = [.. Enumerable.Range(0, known.Length).Where(i => known[i] is null)];
        if (strangers.Length == 0)
        {
            return;
        }

        var accounts = await client.GetAccountsAsync([.. strangers.Select(i => channels[i])], commitment, minSlot, cancellationToken).ConfigureAwait(false);
        for (int k = 0; k < strangers.Length; k++)
        {
            int i = strangers[k];
            if (accounts[k] is { } account && !IsVacant(account))
            {
                known[i] = await RecognizeAsync(channels[i], account, cancellationToken).ConfigureAwait(false);
            }
            else if (await TryRebuildAsync(channels[i], cancellationToken).ConfigureAwait(false) is { } gone)
            {
                known[i] = gone;
                store.Save(gone);
            }
        }
    }

    // A node without history cannot tell a channel that is gone from one that never was.
    private async Task<ChannelView?> TryRebuildAsync(SolanaAddress channel, CancellationToken cancellationToken)
    {
        try
        {
            return await history.RebuildAsync(channel, cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaRpcException problem) when (problem.Kind == SolanaRpcError.MethodUnavailable)
        {
            return null;
        }
    }

    private async Task<ChannelView?> RecognizeAsync(SolanaAddress address, SolanaAccount account, CancellationToken cancellationToken)
    {
        if (account.Owner != program.ProgramId)
        {
            return null;
        }

        var read = Parse(address, account);

        // Shares for others take from what a voucher brings its payee: a channel with them is none that a payee should work for.
        if (!read.DistributionHash.Span.SequenceEqual(PaymentChannelSplits.None.Hash.Span))
        {
            return null;
        }

        var view = new ChannelView(address, read, await tokens.GetProgramAsync(read.Terms.Mint, cancellationToken).ConfigureAwait(false));
        store.Save(view);
        return view;
    }

    private async Task<ChannelView?> JudgeAsync(ChannelView known, SolanaAccount? account, SolanaAccount? escrow, CancellationToken cancellationToken)
    {
        if (account is null || IsVacant(account))
        {
            // Gone, or never opened. What was sealed is sure to have been paid out as it was sealed.
            var gone = known.Account.Status == PaymentChannelStatus.Sealed
                ? known with { Account = known.Account with { Status = PaymentChannelStatus.Distributed, PayoutWatermark = known.Account.Settled } }
                : await history.RebuildAsync(known.Address, cancellationToken).ConfigureAwait(false);
            if (gone is not null)
            {
                store.Save(gone);
            }
            else if (known.Account.Bump != 0)
            {
                // It was seen on the chain, which a channel that is only planned never was: what has its bump is no plan.
                throw Lie(known.Address, "was there and is gone, and no transaction ended it");
            }

            return gone;
        }

        if (account.Owner != program.ProgramId)
        {
            throw Lie(known.Address, $"belongs to {account.Owner}");
        }

        var read = Parse(known.Address, account);
        if (read.Terms != known.Terms || !read.DistributionHash.Span.SequenceEqual(PaymentChannelSplits.None.Hash.Span))
        {
            throw Lie(known.Address, "has other terms than it had");
        }

        var view = known with { Account = read, IsEscrowFrozen = RequireEscrow(known, read, escrow) == TokenAccountState.Frozen };
        if (read != known.Account)
        {
            store.Save(view);
        }

        return view;
    }

    private PaymentChannelAccount Parse(SolanaAddress address, SolanaAccount account)
    {
        PaymentChannelAccount read;
        try
        {
            read = PaymentChannelAccount.Parse(account.Data.Span);
        }
        catch (SolanaFormatException ex)
        {
            throw Lie(address, "has content that no channel has", ex);
        }

        // The address is a hash of the terms: another channel's content does not lead here.
        return program.FindChannel(read.Terms, out _) == address ? read : throw Lie(address, "has the content of another channel");
    }

    private static TokenAccountState RequireEscrow(ChannelView known, PaymentChannelAccount read, SolanaAccount? escrow)
    {
        if (read.Status == PaymentChannelStatus.Distributed)
        {
            return TokenAccountState.Uninitialized;
        }

        ulong due = (read.PayerWithdrawnAt == 0 ? read.Deposit : read.Settled) - read.PayoutWatermark;
        var (held, state) = (0UL, TokenAccountState.Uninitialized);
        if (escrow is not null && escrow.Owner == known.TokenProgram)
        {
            try
            {
                var token = TokenAccount.Read(escrow.Data.Span, known.TokenProgram);
                (held, state) = (token.Mint == known.Terms.Mint && token.Owner == known.Address ? token.Amount : 0, token.State);
            }
            catch (SolanaFormatException ex)
            {
                throw Lie(known.Address, "has an escrow that is no token account", ex);
            }
        }

        if (held < due)
        {
            throw Lie(known.Address, $"says that its escrow holds at least {due} base units, and that holds {held}");
        }

        return state;
    }

    // An address that was only sent lamports is the System program's, and empty.
    private static bool IsVacant(SolanaAccount account) => account.Owner == SystemProgram.ProgramId && account.Data.IsEmpty;

    private static SolanaRpcException Lie(SolanaAddress channel, string what, Exception? inner = null) =>
        new(SolanaRpcError.Malformed, $"The node's answer cannot be true: the channel {channel} {what}. Ask another node.", innerException: inner);
}
