using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm;

/// <content>Openings for payers that have tokens and no coin for gas, and permits in place of approvals.</content>
public sealed partial class EvmSettlement
{
    private static readonly TimeSpan PermitLifetime = TimeSpan.FromHours(1);

    /// <summary>Signs an opening that somebody else sends in and pays the network fee of (EIP-3009). It is bound to the channel, good once, and sends nothing itself.</summary>
    /// <param name="request">The channel. With a salt of its own it can be opened once, however often it is authorized.</param>
    /// <param name="payer">Deposits, and needs no coin.</param>
    /// <param name="validFor">How long the authorization is good, from the chain's newest block on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SettlementException"><see cref="DePinErrorCode.Unsupported"/>: the token takes no authorizations, or tells no domain to sign them in.</exception>
    public async Task<EvmChannelAuthorization> AuthorizeOpeningAsync(OpenChannelRequest request, ISigner payer, TimeSpan validFor, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(payer);
        ArgumentOutOfRangeException.ThrowIfLessThan(validFor, TimeSpan.FromSeconds(1));
        var (terms, deposit) = (ReadTerms(request, payer), ReadDeposit(request));
        if (terms.Token.IsZero || await _domains.FindAsync(terms.Token, cancellationToken).ConfigureAwait(false) is not { } domain)
        {
            throw Refuse(DePinErrorCode.Unsupported, Fault.Consumer, $"'{request.Deposit.Asset}' takes no signed authorizations; open the channel with a transaction of the payer's.");
        }

        await RequireFundsAsync(terms.Payer, request.Deposit, terms.Token, cancellationToken).ConfigureAwait(false);
        ulong now = (await GetHeadAsync(cancellationToken).ConfigureAwait(false)).Timestamp;
        var authorization = ReceiveWithAuthorization.ForChannel(
            Escrow.Address, terms.Payer, terms.Payee, terms.Token, terms.Salt, terms.AuthorizedSigner, deposit, UInt256.Zero, now + (ulong)validFor.TotalSeconds);
        var signature = new byte[EvmSignature.SizeInBytes];
        (await payer.SignTypedDataAsync(domain, authorization, cancellationToken).ConfigureAwait(false)).CopyTo(signature);
        return new EvmChannelAuthorization { Terms = terms, Deposit = deposit, ValidAfter = authorization.ValidAfter, ValidBefore = authorization.ValidBefore, Signature = signature };
    }

    /// <summary>Opens a channel with its payer's authorization. Idempotent: a channel that exists is returned as it stands.</summary>
    /// <param name="authorization">What <see cref="AuthorizeOpeningAsync"/> signed.</param>
    /// <param name="submitter">Pays the network fee, and gets nothing by it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="SettlementException">The authorization is used, lapsed or forged, or the outcome is unknown.</exception>
    public async Task<Channel> OpenAuthorizedAsync(EvmChannelAuthorization authorization, ISigner submitter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        ArgumentNullException.ThrowIfNull(submitter);
        var terms = authorization.Terms;
        var nonce = ReceiveWithAuthorization.ChannelNonce(terms.Payer, terms.Payee, terms.Token, terms.Salt, terms.AuthorizedSigner);
        var call = Escrow.OpenWithAuthorization(terms, authorization.Deposit, authorization.ValidAfter, authorization.ValidBefore, nonce, authorization.Signature.ToArray());
        var sender = await _senders.GetAsync(submitter, AddressOf(submitter.PublicKey), cancellationToken).ConfigureAwait(false);
        return await OpenOnceAsync(terms, () => sender.SendAsync(call, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The opening with a permit in place of an approval; null when the token has no permits that can be signed.</summary>
    private async Task<EvmTransactionRequest?> PermitAsync(EvmChannelTerms terms, UInt128 deposit, ISigner payer, CancellationToken cancellationToken)
    {
        if (!_options.UsePermits || await _domains.FindAsync(terms.Token, cancellationToken).ConfigureAwait(false) is not { } domain
            || await TryReadNonceAsync(terms, cancellationToken).ConfigureAwait(false) is not { } nonce)
        {
            return null;
        }

        UInt256 deadline = (await GetHeadAsync(cancellationToken).ConfigureAwait(false)).Timestamp + (ulong)PermitLifetime.TotalSeconds;
        var signature = await payer.SignTypedDataAsync(domain, new Permit(terms.Payer, Escrow.Address, deposit, nonce, deadline), cancellationToken).ConfigureAwait(false);
        return Escrow.OpenWithPermit(terms, deposit, deadline, signature);
    }

    private async Task<UInt256?> TryReadNonceAsync(EvmChannelTerms terms, CancellationToken cancellationToken)
    {
        var answers = await Client.CallManyAsync([new() { To = terms.Token, Data = TokenAbi.Nonces.EncodeCall(terms.Payer) }], default, cancellationToken).ConfigureAwait(false);
        return answers[0] is { Failure: null, Output.Length: UInt256.SizeInBytes } answer ? UInt256.FromBigEndian(answer.Output.Span) : null;
    }
}
