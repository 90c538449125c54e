using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Escrow;
using DePin.Sdk.Chains.Evm.Escrow.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending.Internal;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm;

/// <summary>
/// Payment channels on an EVM chain, in the <see cref="EvmEscrow"/> contract: deposits of ERC-20 tokens or of the chain's own coin, and vouchers
/// that are EIP-712 signatures. Accounts are addresses, so every <see cref="ISigner"/> of <see cref="SignatureAlgorithm.Secp256k1"/> has one. Thread-safe.
/// </summary>
/// <remarks>
/// Where the chain differs from the embedded ledger: vouchers never expire, and one that does is refused as <see cref="DePinErrorCode.Unsupported"/>; the grace period is the
/// contract's, which <see cref="OpenAsync"/> accepts when it is at least what was asked for; a channel holds at most 2^96 - 1 base units. Whoever sends pays the network fee, in the chain's coin.
/// </remarks>
public sealed partial class EvmSettlement : ISettlementBackend, IAsyncDisposable
{
    // contracts/evm/gas/ChannelEscrow.json: a line through the batches of 10 and of 100.
    private const ulong GasPerTransaction = 38_700;
    private const ulong GasPerVoucher = 12_290;

    private readonly EvmSettlementOptions _options;
    private readonly ChannelTermsStore _store;
    private readonly ChannelFinder _finder;
    private readonly EvmSenders _senders;
    private readonly LaneNode _market;
    private readonly TokenDomains _domains;
    private readonly KeyedGates<Hash32> _openings = new();
    private readonly KeyedGates<(EvmAddress Owner, EvmAddress Token)> _allowances = new();

    private EvmSettlement(EvmEscrow escrow, EvmSettlementOptions options, ChannelTermsStore store)
    {
        Escrow = escrow;
        _options = options;
        _store = store;
        _finder = new ChannelFinder(escrow, store, options.DeploymentBlock);
        _senders = new EvmSenders(escrow.Client, escrow.ChainId, options);
        _domains = new TokenDomains(escrow.Client, escrow.ChainId);
        _market = new LaneNode(escrow.Client, EvmAddress.Zero, options.Sender);
        Chain = EvmCaip.ToChainId(escrow.ChainId);
        NativeAsset = EvmCaip.ToNativeAsset(escrow.ChainId, options.NativeCoinType);
    }

    /// <inheritdoc/>
    public ChainId Chain { get; }

    /// <summary>The contract that holds the deposits.</summary>
    public EvmEscrow Escrow { get; }

    /// <summary>The chain's own coin, in which network fees are paid and deposits may be made.</summary>
    public Asset NativeAsset { get; }

    private EvmClient Client => Escrow.Client;

    /// <summary>Connects to an escrow through a node.</summary>
    /// <param name="client">The node; its transport stays the caller's to dispose of, after this.</param>
    /// <param name="options">Which escrow, and how.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="SettlementException">There is no escrow at that address.</exception>
    public static async Task<EvmSettlement> ConnectAsync(EvmClient client, EvmSettlementOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options = options.Snapshot();
        var escrow = await EvmEscrow.ConnectAsync(client, options.Escrow, cancellationToken).ConfigureAwait(false);
        string? path = null;
        if (options.DataDirectory is { } folder)
        {
            Directory.CreateDirectory(folder);
            path = Path.Combine(folder, $"channels-{escrow.ChainId}-{escrow.Address.ToString().ToLowerInvariant()}.db");
        }

        return new EvmSettlement(escrow, options, new ChannelTermsStore(path));
    }

    /// <summary>The asset of an ERC-20 token of this chain.</summary>
    public Asset GetAsset(EvmAddress token) => EvmCaip.ToAsset(Escrow.ChainId, token);

    /// <inheritdoc/>
    public AccountId GetAccount(PublicKey key) => AccountOf(AddressOf(key));

    /// <inheritdoc/>
    public async Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default)
    {
        var balance = await GetBalanceAsync(RequireAddress(account), RequireToken(asset), cancellationToken).ConfigureAwait(false);

        // A token may count beyond the 128 bits of an amount; that much nobody can spend here.
        return new Amount(balance.Upper == UInt128.Zero ? balance.Lower : UInt128.MaxValue, asset);
    }

    /// <inheritdoc/>
    public async Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default)
    {
        var id = new Hash32(channel.Bytes.Span);
        var state = await Escrow.GetChannelAsync(id, _options.ReadTag, cancellationToken).ConfigureAwait(false);
        if (state.Status == EvmChannelStatus.None)
        {
            return null;
        }

        var terms = await _finder.GetTermsAsync(id, cancellationToken).ConfigureAwait(false);
        return await DescribeAsync(id, terms, state, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Channel?>> FindChannelsAsync(IReadOnlyList<ChannelId> channels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channels);
        Hash32[] ids = [.. channels.Select(channel => new Hash32(channel.Bytes.Span))];
        var states = await Escrow.GetChannelsAsync(ids, _options.ReadTag, cancellationToken).ConfigureAwait(false);
        var found = new Channel?[ids.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            found[i] = states[i].Status == EvmChannelStatus.None
                ? null
                : await DescribeAsync(ids[i], await _finder.GetTermsAsync(ids[i], cancellationToken).ConfigureAwait(false), states[i], cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    /// <inheritdoc/>
    public byte[] GetVoucherSigningBytes(Voucher voucher)
    {
        ArgumentNullException.ThrowIfNull(voucher);
        return voucher.ExpiresAt is null
            ? Escrow.GetVoucherPayload(ToPaymentVoucher(voucher))
            : throw new DePinException(DePinErrorCode.Unsupported, Fault.Consumer, "Vouchers of EVM channels do not expire; leave ExpiresAt null.");
    }

    /// <inheritdoc/>
    public bool VerifyVoucher(Channel channel, SignedVoucher voucher)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(voucher);
        return voucher.Voucher.Channel == channel.Id
            && voucher.Voucher.Cumulative.Asset == channel.Deposit.Asset
            && voucher.Voucher.ExpiresAt is null
            && voucher.Signature.Algorithm == SignatureAlgorithm.Secp256k1
            && EvmAddress.TryFromPublicKey(channel.VoucherKey, out var signer)
            && Escrow.VerifyVoucher(ToPaymentVoucher(voucher.Voucher), voucher.Signature.Bytes.Span, signer);
    }

    /// <inheritdoc/>
    /// <remarks>Of a token like those of OpenZeppelin. On rollups the fee for data on the chain below comes on top.</remarks>
    public async Task<SettlementFee?> GetSettlementFeeAsync(CancellationToken cancellationToken = default)
    {
        var head = await GetHeadAsync(cancellationToken).ConfigureAwait(false);
        var price = (await _market.GetMarketAsync(head, cancellationToken).ConfigureAwait(false)).NextBlockPrice;
        if (price.ByteCount > sizeof(ulong))
        {
            throw new EvmRpcException(EvmRpcError.Malformed, $"The node asks for {price} wei per gas, which no chain has.");
        }

        return new SettlementFee(Fee(GasPerTransaction), Fee(GasPerVoucher));

        Amount Fee(ulong gas) => new((UInt128)(price * gas), NativeAsset);
    }

    /// <summary>Closes the accounts' senders, which first stop what they have under way: what is on its way to the chain goes on there, and its journal finds it again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _senders.DisposeAsync().ConfigureAwait(false);
        _store.Dispose();
    }

    private static PaymentVoucher ToPaymentVoucher(Voucher voucher) => new(new Hash32(voucher.Channel.Bytes.Span), voucher.Cumulative.BaseUnits);

    private static ChannelId ToChannelId(Hash32 id)
    {
        Span<byte> bytes = stackalloc byte[Hash32.SizeInBytes];
        id.CopyTo(bytes);
        return new ChannelId(bytes);
    }

    // 40 bits of seconds reach beyond the year 9999; an honest chain's do not.
    private static DateTimeOffset ToTime(ulong seconds) => seconds < (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : DateTimeOffset.MaxValue;

    private static SettlementException Refuse(DePinErrorCode code, Fault fault, string message) => new(code, fault, message);

    private static EvmAddress AddressOf(PublicKey key) => EvmAddress.TryFromPublicKey(key, out var address)
        ? address
        : throw new DePinException(DePinErrorCode.Unsupported, Fault.Consumer, $"Accounts of EVM chains have keys of {SignatureAlgorithm.Secp256k1}: compressed points, or addresses. This one is of '{key.Algorithm}'.");

    private AccountId AccountOf(EvmAddress address) => EvmCaip.ToAccountId(Escrow.ChainId, address);

    private Asset AssetOf(EvmAddress token) => token.IsZero ? NativeAsset : GetAsset(token);

    private EvmAddress RequireAddress(AccountId account) => EvmCaip.TryGetAddress(account, Escrow.ChainId, out var address)
        ? address
        : throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{account}' is not an account of {Chain}; write {Chain}:0x and 40 digits.");

    // One spelling only: assets are compared as text, by this SDK and by its callers.
    private EvmAddress RequireToken(Asset asset)
    {
        if (!EvmCaip.TryGetToken(asset, Escrow.ChainId, _options.NativeCoinType, out var token))
        {
            throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{asset}' is not an asset of {Chain}; write {Chain}/erc20:0x and the token's address, or {NativeAsset}.");
        }

        return AssetOf(token) == asset
            ? token
            : throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"Write '{AssetOf(token)}' for '{asset}': with the checksum of EIP-55 an asset has one spelling, and amounts of it can be compared.");
    }

    private Task<UInt256> GetBalanceAsync(EvmAddress account, EvmAddress token, CancellationToken cancellationToken) => token.IsZero
        ? Client.GetBalanceAsync(account, EvmBlockTag.Latest, cancellationToken)
        : ReadTokenAsync(token, TokenAbi.BalanceOf.EncodeCall(account), cancellationToken);

    private async Task<UInt256> ReadTokenAsync(EvmAddress token, byte[] call, CancellationToken cancellationToken)
    {
        var output = await Client.CallAsync(new EvmCall { To = token, Data = call }, EvmBlockTag.Latest, cancellationToken).ConfigureAwait(false);
        return output.Length == UInt256.SizeInBytes
            ? UInt256.FromBigEndian(output)
            : throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no ERC-20 token at {token} on {Chain}.");
    }

    private async Task<Channel> DescribeAsync(Hash32 id, EvmChannelTerms terms, EvmChannelState state, CancellationToken cancellationToken) =>
        Describe(id, terms, state, state.Status == EvmChannelStatus.Closed ? await _finder.GetRefundAsync(id, cancellationToken).ConfigureAwait(false) : UInt128.Zero);

    private Channel Describe(Hash32 id, in EvmChannelTerms terms, in EvmChannelState state, UInt128 refund)
    {
        var asset = AssetOf(terms.Token);
        bool isClosed = state.Status == EvmChannelStatus.Closed;
        return new Channel
        {
            Id = ToChannelId(id),
            Payer = AccountOf(terms.Payer),
            Payee = AccountOf(terms.Payee),
            VoucherKey = terms.Signer.ToPublicKey(),
            Deposit = new Amount(isClosed ? state.Settled + refund : state.Deposit, asset),
            Settled = new Amount(state.Settled, asset),
            GracePeriod = Escrow.GracePeriod,
            Status = isClosed ? ChannelStatus.Closed : state.ClosesAt != 0 ? ChannelStatus.Closing : ChannelStatus.Open,
            ClosesAt = !isClosed && state.ClosesAt != 0 ? ToTime(state.ClosesAt) : null,
            Refunded = new Amount(refund, asset),
        };
    }
}
