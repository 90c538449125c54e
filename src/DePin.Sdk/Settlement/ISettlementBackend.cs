using DePin.Sdk.Identity;

namespace DePin.Sdk.Settlement;

/// <summary>
/// Payment channels on one ledger or chain. The state machine is the same everywhere: open, topUp and settle while open;
/// settle while closing (where <see cref="SettlesWhileClosing"/> is false, that is the payee's and closes); close by the payee at any time;
/// requestClose then, after the grace period, withdraw by the payer; closed for ever. Every operation is atomic, and refuses with a <see cref="SettlementException"/> that changed nothing.
/// Implementations are thread-safe and pass <c>SettlementConformance</c> of DePin.Sdk.Testing.
/// </summary>
public interface ISettlementBackend
{
    /// <summary>The chain that this backend settles on.</summary>
    ChainId Chain { get; }

    /// <summary>
    /// Whether a closing channel settles like an open one. False where only its payee settles it, only until the grace period ends, and closes it by
    /// that: the result then says <see cref="ChannelStatus.Closed"/>, and anybody else is refused as <see cref="DePinErrorCode.ChannelState"/>.
    /// </summary>
    bool SettlesWhileClosing => true;

    /// <summary>The account that a key controls on this chain. Forms of one key (a point and its address, say) have one account, and different keys have different ones.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unsupported"/>: keys of that algorithm have no account here.</exception>
    AccountId GetAccount(PublicKey key);

    /// <summary>What an account holds outside of channels.</summary>
    Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves a deposit from the payer's account into a new channel. It is idempotent: the same salt, payer, payee, key, asset and grace period name
    /// the same channel, which is returned as it stands, closed or not and whatever deposit is asked for, and nothing moves.
    /// </summary>
    Task<Channel> OpenAsync(OpenChannelRequest request, ISigner payer, CancellationToken cancellationToken = default);

    /// <summary>Adds to the deposit of an open channel. Only its payer may, and it does not cancel a close.</summary>
    Task<Channel> TopUpAsync(ChannelId channel, Amount amount, ISigner payer, CancellationToken cancellationToken = default);

    /// <summary>The channel as it stands; null when there is none.</summary>
    Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default);

    /// <summary>Several channels as they stand, in the order asked for; null where there is none. A backend that asks over a network overrides this, to ask once.</summary>
    async Task<IReadOnlyList<Channel?>> FindChannelsAsync(IReadOnlyList<ChannelId> channels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channels);
        var found = new Channel?[channels.Count];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = await FindChannelAsync(channels[i], cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    /// <summary>The bytes that the voucher key signs.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.Unsupported"/>: the voucher expires, and vouchers of this backend cannot.</exception>
    byte[] GetVoucherSigningBytes(Voucher voucher);

    /// <summary>True when the voucher is for this channel, in its asset, unexpired, and signed by its voucher key. Does not look at the deposit. Touches no network.</summary>
    bool VerifyVoucher(Channel channel, SignedVoucher voucher);

    /// <summary>
    /// Pays the payees what the vouchers authorize beyond what was already settled. Anybody may submit; only payees are paid.
    /// A voucher at or below what was settled moves nothing and is no error. One result for each voucher, in order.
    /// </summary>
    /// <param name="vouchers">At most one for each channel.</param>
    /// <param name="submitter">Pays the network fee, where there is one.</param>
    /// <param name="cancellationToken">Stops before submitting; afterwards the outcome is awaited or reported as unknown.</param>
    /// <exception cref="SettlementException">A voucher is invalid, above the deposit, or its channel is closed: then none was settled.</exception>
    Task<IReadOnlyList<SettlementResult>> SettleAsync(IReadOnlyList<SignedVoucher> vouchers, ISigner submitter, CancellationToken cancellationToken = default);

    /// <summary>What <see cref="SettleAsync"/> would cost its submitter in network fees now; null where settling is free. Payees weigh their claims by it.</summary>
    Task<SettlementFee?> GetSettlementFeeAsync(CancellationToken cancellationToken = default) => Task.FromResult<SettlementFee?>(null);

    /// <summary>The payee settles a last voucher (or none) and gives the payer the rest at once.</summary>
    Task<SettlementResult> CloseAsync(ChannelId channel, SignedVoucher? final, ISigner payee, CancellationToken cancellationToken = default);

    /// <summary>The payer starts the grace period. Asking again changes nothing.</summary>
    Task<Channel> RequestCloseAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default);

    /// <summary>The payer takes back what is not settled, once the grace period is over.</summary>
    Task<Channel> WithdrawAsync(ChannelId channel, ISigner payer, CancellationToken cancellationToken = default);
}
