using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana;

/// <content>Openings for payers that have tokens and no SOL, whose fee and rent somebody else pays, in another process.</content>
public sealed partial class SolanaSettlement
{
    // An opening takes some 60,000 with a token of Token-2022.
    private const uint OpeningComputeUnits = 200_000;

    // A blockhash is good for 150 blocks; what is signed now names none that is younger than now.
    private const ulong BlockhashLifetime = 150;

    /// <summary>Signs an opening whose fee and rent a sponsor pays. It sends nothing; the sponsor has about a minute, until the blockhash in it is too old.</summary>
    /// <param name="request">The channel. With a salt of its own it can be opened once, however often it is authorized.</param>
    /// <param name="payer">Deposits, and needs no SOL.</param>
    /// <param name="sponsor">Pays fee and rent, and gets the rent back in the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SettlementException">The payer cannot deposit that much, or the request is none that the program takes.</exception>
    public async Task<SolanaChannelAuthorization> AuthorizeOpeningAsync(OpenChannelRequest request, ISigner payer, SolanaAddress sponsor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(payer);
        var wish = ReadWish(request, AddressOf(payer.PublicKey));
        if (sponsor == wish.Payer)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, "A payer that pays fee and rent itself needs no sponsor; call OpenAsync.");
        }

        using var turn = await _openings.EnterAsync(Convert.ToHexString(wish.Key), cancellationToken).ConfigureAwait(false);
        var planned = await FindOpenedAsync(wish, cancellationToken).ConfigureAwait(false);
        if (planned is null)
        {
            await RequireFundsAsync(wish.Payer, wish.Mint, wish.Deposit, cancellationToken).ConfigureAwait(false);
            planned = await PlanOpeningAsync(wish, sponsor, cancellationToken).ConfigureAwait(false);
        }

        var blockhash = await Client.GetLatestBlockhashAsync(SolanaCommitment.Confirmed, cancellationToken: cancellationToken).ConfigureAwait(false);
        SolanaInstruction[] instructions =
            [ComputeBudgetProgram.SetComputeUnitLimit(OpeningComputeUnits), Program.Open(planned.Terms, sponsor, planned.TokenProgram, wish.Deposit, wish.GracePeriod, PaymentChannelSplits.None)];
        var message = SolanaMessage.Compile(sponsor, instructions, blockhash.Blockhash, null, SolanaMessageVersion.V0);
        return new SolanaChannelAuthorization(await new SolanaTransaction(message).SignAsync(payer, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// Opens a channel that its payer has authorized. Before the sponsor signs, every instruction and account is checked: the transaction opens one channel of this program and takes
    /// nothing of the sponsor's but the fee and the rent. Idempotent: a channel that exists is returned as it stands.
    /// </summary>
    /// <param name="authorization">What <see cref="AuthorizeOpeningAsync"/> signed.</param>
    /// <param name="sponsor">Pays fee and rent.</param>
    /// <param name="cancellationToken">Ends the waiting; what is sent may arrive all the same, and opening it again then finds it.</param>
    /// <exception cref="SettlementException">It is something else than an opening, is refused by the program, has expired, or its outcome is unknown.</exception>
    public async Task<Channel> OpenAuthorizedAsync(SolanaChannelAuthorization authorization, ISigner sponsor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        ArgumentNullException.ThrowIfNull(sponsor);
        var account = AddressOf(sponsor.PublicKey);
        var opening = OpeningCheck.Read(Program, authorization.Transaction, account, _options.Sender.MaxComputeUnitPrice);
        var channel = opening.Channel;
        if (await _tokens.GetProgramAsync(channel.Terms.Mint, cancellationToken).ConfigureAwait(false) != channel.TokenProgram)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"The token {channel.Terms.Mint} is not one of {channel.TokenProgram}.");
        }

        await _senders.ProveOnceAsync(sponsor, account, cancellationToken).ConfigureAwait(false);
        using var turn = await _channels.EnterAsync(channel.Address, cancellationToken).ConfigureAwait(false);
        _store.Save(_store.Find(channel.Address) ?? channel);
        if (await _reader.ReadAsync(channel.Address, SolanaCommitment.Confirmed, 0, cancellationToken).ConfigureAwait(false) is { } existing)
        {
            return Describe(existing);
        }

        var transaction = await authorization.Transaction.SignAsync(sponsor, cancellationToken).ConfigureAwait(false);
        if (!transaction.Verify())
        {
            throw Refuse(DePinErrorCode.InvalidSignature, Fault.Consumer, "The opening is not signed by its payer.");
        }

        _store.ExpectRent(channel.Address);
        ulong slot = await BroadcastAsync(transaction, cancellationToken).ConfigureAwait(false);
        return Describe(await ReadAfterAsync(channel, slot, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Sends a transaction that others have signed too until it is on the chain, or can never be.</summary>
    /// <returns>The slot that holds it.</returns>
    private async Task<ulong> BroadcastAsync(SolanaTransaction transaction, CancellationToken cancellationToken)
    {
        var bytes = transaction.Serialize();
        ulong lastHeight = await Client.GetBlockHeightAsync(SolanaCommitment.Processed, cancellationToken: cancellationToken).ConfigureAwait(false) + BlockhashLifetime + (ulong)_options.Sender.ExpiryMargin;
        await TrySendAsync(bytes, isFirst: true, cancellationToken).ConfigureAwait(false);
        var start = _options.TimeProvider.GetTimestamp();
        try
        {
            while (true)
            {
                // The height first: what is not on the chain after it was past the last block can never be.
                ulong height = await Client.GetBlockHeightAsync(SolanaCommitment.Finalized, cancellationToken: cancellationToken).ConfigureAwait(false);
                var status = (await Client.GetSignatureStatusesAsync([transaction.Id], searchHistory: true, cancellationToken).ConfigureAwait(false))[0];
                if (status is { Error: { } error })
                {
                    throw new SettlementException(DePinErrorCode.SettlementFailed, Fault.Consumer, $"The opening failed on the chain: {error}. The fee is spent.", transactionId: transaction.Id.ToString());
                }

                if (status is not null && status.Commitment >= _options.Sender.Commitment)
                {
                    return status.Slot;
                }

                if (status is null && height > lastHeight)
                {
                    throw new SettlementException(DePinErrorCode.Unavailable, Fault.Chain, "The opening has expired and never takes effect; ask its payer for another.", transactionId: transaction.Id.ToString(), isTransient: true);
                }

                if (status is null && _options.TimeProvider.GetElapsedTime(start) >= _options.Sender.ResendInterval)
                {
                    start = _options.TimeProvider.GetTimestamp();
                    await TrySendAsync(bytes, isFirst: false, cancellationToken).ConfigureAwait(false);
                }

                await Task.Delay(_options.Sender.PollInterval, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RpcException problem)
        {
            throw new SettlementException(
                DePinErrorCode.Unavailable, Fault.Chain, "The opening was sent, and the node does not tell what became of it. Open it again: that finds it.", mayHaveBeenBroadcast: true, transaction.Id.ToString(), isTransient: true, problem);
        }
    }

    private async Task TrySendAsync(byte[] bytes, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            await Client.SendTransactionAsync(bytes, skipPreflight: !isFirst, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (SolanaRpcException refused) when (isFirst && refused.Kind is SolanaRpcError.SimulationFailed or SolanaRpcError.SignatureFailure or SolanaRpcError.BlockhashNotFound)
        {
            // The node tried it out and did not pass it on.
            bool isPoor = refused.TransactionError?.CustomCode == InsufficientTokens || refused.Code == DePinErrorCode.InsufficientFunds;
            throw new SettlementException(
                isPoor ? DePinErrorCode.InsufficientFunds : refused.Kind == SolanaRpcError.BlockhashNotFound ? DePinErrorCode.Unavailable : DePinErrorCode.SettlementFailed,
                Fault.Consumer,
                $"The opening is refused: {refused.Message}",
                isTransient: refused.IsTransient,
                innerException: refused);
        }
        catch (RpcException) when (!isFirst)
        {
            // Its status tells.
        }
        catch (RpcException unanswered) when (unanswered.MayHaveBeenReceived)
        {
            // Its status tells.
        }
    }
}
