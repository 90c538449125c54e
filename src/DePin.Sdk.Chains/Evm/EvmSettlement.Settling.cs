using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm;

/// <content>Vouchers into money.</content>
public sealed partial class EvmSettlement
{
    private const int MaxVouchersPerSettle = 10_000;
    private const int MinRowsToExtrapolate = 24;

    /// <summary>The scheme of vouchers that a contract signs (ERC-1271): the signature is whatever the contract takes. <see cref="VerifyVoucher"/> does not know them, for only the chain does; <see cref="SettleAsync"/> takes them.</summary>
    public static SignatureAlgorithm ContractSignature { get; } = new("erc1271");

    /// <inheritdoc/>
    /// <remarks>
    /// Vouchers of one payee and token share transactions, <see cref="EvmSettlementOptions.MaxVouchersPerTransaction"/> in each. All vouchers are checked against the chain before anything is sent. Where the chain
    /// then changes faster than the transaction arrives (the payee closes the channel, somebody else settles), the contract passes that voucher over, and its result says so: nothing was paid, and the channel is as it
    /// is. When the outcome of one of the transactions is unknown, so is that of the settlement.
    /// </remarks>
    public async Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(vouchers);
        ArgumentNullException.ThrowIfNull(submitter);
        if (vouchers.Count > MaxVouchersPerSettle || vouchers.DistinctBy(v => v.Voucher.Channel).Count() != vouchers.Count)
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Provider, $"One settlement takes at most {MaxVouchersPerSettle} vouchers, and one for each channel.");
        }

        if (vouchers.Count == 0)
        {
            return [];
        }

        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Settle);
        var account = AddressOf(submitter.PublicKey);
        var head = await GetHeadAsync(cancellationToken).ConfigureAwait(false);
        var claims = await ReadClaimsAsync(vouchers, head, cancellationToken).ConfigureAwait(false);
        var sender = await _senders.GetAsync(submitter, account, cancellationToken).ConfigureAwait(false);
        var requests = await PlanAsync(claims, account, cancellationToken).ConfigureAwait(false);
        var receipts = await SendAllAsync(sender, requests, cancellationToken).ConfigureAwait(false);
        var states = claims.ToDictionary(claim => claim.Id, claim => claim.State);
        var paid = requests.Count == 0 ? [] : await TracePaymentsAsync(head, states, receipts, CancellationToken.None).ConfigureAwait(false);

        var results = new SettlementResult[claims.Length];
        for (int i = 0; i < results.Length; i++)
        {
            var (id, terms) = (claims[i].Id, claims[i].Terms);
            var payment = paid.GetValueOrDefault(id);
            var channel = await DescribeAfterAsync(id, terms, claims[i].State, states[id]).ConfigureAwait(false);
            results[i] = new SettlementResult(channel, new Amount(payment.Amount, channel.Deposit.Asset), payment.Transaction?.ToString());
        }

        return results;
    }

    /// <summary>Holds every voucher against the chain; throws when one cannot be settled.</summary>
    private async Task<Claim[]> ReadClaimsAsync(IReadOnlyList<SignedVoucher> vouchers, EvmBlock head, CancellationToken cancellationToken)
    {
        Hash32[] ids = [.. vouchers.Select(voucher => new Hash32(voucher.Voucher.Channel.Bytes.Span))];
        var states = await ReadStatesAsync(ids, head, cancellationToken).ConfigureAwait(false);
        var claims = new Claim[ids.Length];
        for (int i = 0; i < claims.Length; i++)
        {
            if (states[i].Status == EvmChannelStatus.None)
            {
                throw NotFound(ids[i]);
            }

            var terms = await _finder.GetTermsAsync(ids[i], cancellationToken).ConfigureAwait(false);
            RequireStatus(ids[i], states[i], states[i].Status == EvmChannelStatus.Open, "settled");
            RequireVoucher(ids[i], terms, states[i], vouchers[i]);
            claims[i] = new Claim(ids[i], terms, states[i], vouchers[i]);
        }

        return claims;
    }

    private void RequireVoucher(Hash32 id, in EvmChannelTerms terms, in EvmChannelState state, SignedVoucher signed)
    {
        var (voucher, signature) = (signed.Voucher, signed.Signature);
        if (new Hash32(voucher.Channel.Bytes.Span) != id || voucher.Cumulative.Asset != AssetOf(terms.Token) || voucher.ExpiresAt is not null
            || !(signature.Algorithm == ContractSignature
                || (signature.Algorithm == SignatureAlgorithm.Secp256k1 && Escrow.VerifyVoucher(ToPaymentVoucher(voucher), signature.Bytes.Span, terms.Signer))))
        {
            throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher for channel {id} is for another channel or in another asset, has an expiry, or is not signed for this escrow by {terms.Signer}.");
        }

        if (voucher.Cumulative.BaseUnits > state.Deposit)
        {
            throw Refuse(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The voucher authorizes {voucher.Cumulative.BaseUnits} base units, and channel {id} holds {state.Deposit}.");
        }
    }

    /// <summary>The transactions that settle what is not settled yet.</summary>
    private async Task<List<EvmTransactionRequest>> PlanAsync(Claim[] claims, EvmAddress submitter, CancellationToken cancellationToken)
    {
        var open = claims.Where(claim => claim.Cumulative > claim.State.Settled).ToLookup(claim => claim.Voucher.Signature.Algorithm == ContractSignature);
        var requests = new List<EvmTransactionRequest>();
        foreach (var group in open[false].GroupBy(claim => (claim.Terms.Payee, claim.Terms.Token)))
        {
            foreach (var part in group.Chunk(_options.MaxVouchersPerTransaction))
            {
                var rows = new byte[part.Length * EvmEscrow.BatchRowSizeInBytes];
                for (int i = 0; i < part.Length; i++)
                {
                    EvmEscrow.WriteBatchRow(part[i].Terms, part[i].Cumulative, EvmSignature.Parse(part[i].Voucher.Signature.Bytes.Span), rows.AsSpan(i * EvmEscrow.BatchRowSizeInBytes));
                }

                var batch = Escrow.SettleBatch(group.Key.Payee, group.Key.Token, rows);
                requests.Add(part.Length < MinRowsToExtrapolate
                    ? batch
                    : batch with { GasLimit = await EstimateBatchAsync(group.Key.Payee, group.Key.Token, rows, submitter, cancellationToken).ConfigureAwait(false) });
            }
        }

        // Only the chain can check what a contract signed.
        EvmTransactionRequest[] byContracts = [.. open[true].Select(claim => Escrow.Settle(claim.Terms, claim.Cumulative, claim.Voucher.Signature.Bytes.ToArray()))];
        if (byContracts.Length > 0)
        {
            var calls = byContracts.Select(request => new EvmCall { From = submitter, To = request.To, Data = request.Data }).ToArray();
            foreach (var answer in await Client.CallManyAsync(calls, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false))
            {
                if (answer.Failure is { } failure)
                {
                    throw failure.Kind == EvmRpcError.Reverted
                        ? new SettlementException(DePinErrorCode.InvalidVoucher, Fault.Consumer, $"The contract that signs for the channel does not confirm the voucher: {failure.Message}", innerException: failure)
                        : failure;
                }
            }

            requests.AddRange(byContracts);
        }

        return requests;
    }

    /// <summary>The gas of a long batch, from two short parts of it: every row costs the same, and a node finds its estimate by executing the whole several times. Null leaves it to the node.</summary>
    private async Task<ulong?> EstimateBatchAsync(EvmAddress payee, EvmAddress token, byte[] rows, EvmAddress submitter, CancellationToken cancellationToken)
    {
        const int Short = 4;
        const int Longer = 12;
        try
        {
            var estimates = await Task.WhenAll(EstimateAsync(Short), EstimateAsync(Longer)).ConfigureAwait(false);
            ulong perRow = (Math.Max(estimates[1], estimates[0]) - estimates[0]) / (Longer - Short);
            ulong gas = estimates[1] + (perRow * (ulong)((rows.Length / EvmEscrow.BatchRowSizeInBytes) - Longer));
            return gas + (ulong)(gas * _options.Sender.GasMargin);
        }
        catch (EvmRpcException)
        {
            return null;
        }

        Task<ulong> EstimateAsync(int count)
        {
            var part = Escrow.SettleBatch(payee, token, rows[..(count * EvmEscrow.BatchRowSizeInBytes)]);
            return Client.EstimateGasAsync(new EvmCall { From = submitter, To = part.To, Data = part.Data }, EvmBlockTag.Latest, cancellationToken);
        }
    }

    /// <summary>Sends the transactions side by side and waits for all. What failed for certain moved nothing, and shows in the results; when all failed, or one is unknown, that is thrown.</summary>
    private static async Task<IReadOnlyList<EvmReceipt>> SendAllAsync(EvmSender sender, List<EvmTransactionRequest> requests, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var outcomes = await Task.WhenAll(requests.Select(request => TrySendAsync(sender, request, cancellationToken))).ConfigureAwait(false);
        var failures = outcomes.Select(outcome => outcome.Failure).OfType<EvmSendException>().ToArray();
        if (failures.FirstOrDefault(failure => failure.MayHaveBeenBroadcast) is { } unknown)
        {
            throw EscrowFailure.Translate(unknown);
        }

        // Settled by somebody else, or closed, since it was looked at: not an error of the voucher's, and told by the channel as it is.
        if (failures.Length > 0 && failures.Length == outcomes.Length && !failures.All(failure => EscrowFailure.IsRevert(failure, EscrowAbi.NothingToSettle, EscrowAbi.ChannelNotOpen)))
        {
            throw EscrowFailure.Translate(failures[0]);
        }

        return [.. outcomes.Select(outcome => outcome.Receipt).OfType<EvmReceipt>()];
    }

    private static async Task<(EvmReceipt? Receipt, EvmSendException? Failure)> TrySendAsync(EvmSender sender, EvmTransactionRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return (await sender.SendAsync(request, cancellationToken).ConfigureAwait(false), null);
        }
        catch (EvmSendException failure) when (request.GasLimit is not null && failure is { Error: EvmSendError.Reverted, Receipt: null })
        {
            // The trial may have run out of the gas that was reckoned; the node's own estimate tells whether it was that.
            return await TrySendAsync(sender, request with { GasLimit = null }, cancellationToken).ConfigureAwait(false);
        }
        catch (EvmSendException failure)
        {
            return (null, failure);
        }
        catch (OperationCanceledException ex) when (cancellationToken.IsCancellationRequested)
        {
            return (null, new EvmSendException(EvmSendError.Pending, "Nobody waits for the transaction any more; it may have been sent.", mayHaveBeenBroadcast: true, innerException: ex));
        }
    }

    private sealed record Claim(Hash32 Id, EvmChannelTerms Terms, EvmChannelState State, SignedVoucher Voucher)
    {
        public UInt128 Cumulative => Voucher.Voucher.Cumulative.BaseUnits;
    }
}
