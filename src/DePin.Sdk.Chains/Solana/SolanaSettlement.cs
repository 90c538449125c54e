using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Diagnostics;
using DePin.Sdk.Chains.Internal;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Channels.Internal;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.Chains.Solana;

/// <summary>
/// Payment channels on Solana, in the payment-channels program of the Solana Foundation: deposits of SPL Token and Token-2022 tokens, and vouchers of 50 bytes that are
/// signed with Ed25519. Accounts are public keys, so every <see cref="ISigner"/> of <see cref="SignatureAlgorithm.Ed25519"/> has one. Thread-safe.
/// </summary>
/// <remarks>
/// Where the chain differs from the embedded ledger: a closing channel is settled by its payee alone, before the grace period ends, and that closes it
/// (<see cref="SettlesWhileClosing"/>); amounts are 64 bits; vouchers expire by the second, and name no cluster, so that a payee watches one cluster only. Channels whose money is
/// shared with others (splits) are none that this backend knows. Whoever acts pays fees and rent in SOL, unless <see cref="SolanaSettlementOptions.FeePayer"/> does.
/// </remarks>
public sealed partial class SolanaSettlement : ISettlementBackend, IAsyncDisposable
{
    /// <summary>What a signature costs in a transaction, its own and those that the Ed25519 program checks, in lamports.</summary>
    public const ulong LamportsPerSignature = 5_000;

    private readonly SolanaSettlementOptions _options;
    private readonly ChannelStore _store;
    private readonly ChannelReader _reader;
    private readonly TokenDesk _tokens;
    private readonly SolanaSenders _senders;
    private readonly ILogger _logger;
    private readonly KeyedGates<SolanaAddress> _channels = new();
    private readonly KeyedGates<string> _openings = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sweeping;

    private SolanaSettlement(SolanaClient client, ChainId chain, SolanaSettlementOptions options, ChannelStore store)
    {
        Client = client;
        Chain = chain;
        NativeAsset = SolanaCaip.ToNativeAsset(chain);
        _options = options;
        _store = store;
        _tokens = new TokenDesk(client);
        _reader = new ChannelReader(client, options.Program, store, _tokens, new ChannelHistory(client, options.Program, _tokens));
        _senders = new SolanaSenders(client, chain, options);
        _logger = options.LoggerFactory?.CreateLogger<SolanaSettlement>() ?? (ILogger)NullLogger.Instance;
        _sweeping = options.RentSweepInterval is { } interval ? SweepAsync(interval, _stop.Token) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ChainId Chain { get; }

    /// <inheritdoc/>
    public bool SettlesWhileClosing => false;

    /// <summary>The program that holds the deposits.</summary>
    public PaymentChannelProgram Program => _options.Program;

    /// <summary>The cluster's own coin, in which fees are paid, counted in lamports.</summary>
    public Asset NativeAsset { get; }

    private SolanaClient Client { get; }

    /// <summary>Connects to a cluster through a node.</summary>
    /// <param name="client">The node; its transport stays the caller's to dispose of, after this.</param>
    /// <param name="options">Which program, and how; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="SettlementException">The program is not on that cluster.</exception>
    public static async Task<SolanaSettlement> ConnectAsync(SolanaClient client, SolanaSettlementOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        options = (options ?? new SolanaSettlementOptions()).Snapshot();
        var chain = SolanaCaip.ToChainId(await client.GetGenesisHashAsync(cancellationToken).ConfigureAwait(false));
        if (await client.GetAccountAsync(options.Program.ProgramId, cancellationToken: cancellationToken).ConfigureAwait(false) is not { IsExecutable: true })
        {
            throw new SettlementException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"There is no program at {options.Program.ProgramId} on {chain}; connect to the cluster that has it, or set {nameof(SolanaSettlementOptions)}.{nameof(SolanaSettlementOptions.Program)}.");
        }

        string? path = null;
        if (options.DataDirectory is { } folder)
        {
            Directory.CreateDirectory(folder);
            path = Path.Combine(folder, $"channels-{chain.ToString().Replace(':', '-')}-{options.Program.ProgramId}.db");
        }

        return new SolanaSettlement(client, chain, options, new ChannelStore(path));
    }

    /// <summary>The asset of a token of this cluster.</summary>
    public Asset GetAsset(SolanaAddress mint) => SolanaCaip.ToAsset(Chain, mint);

    /// <inheritdoc/>
    public AccountId GetAccount(PublicKey key) => AccountOf(AddressOf(key));

    /// <inheritdoc/>
    /// <remarks>Of a token what the associated token account holds, which is the one that channels deposit from and pay to.</remarks>
    public async Task<Amount> GetBalanceAsync(AccountId account, Asset asset, CancellationToken cancellationToken = default)
    {
        var owner = RequireAddress(account);
        return asset == NativeAsset
            ? new Amount(await Client.GetBalanceAsync(owner, cancellationToken: cancellationToken).ConfigureAwait(false), asset)
            : new Amount(await _tokens.GetBalanceAsync(owner, RequireMint(asset), SolanaCommitment.Confirmed, cancellationToken).ConfigureAwait(false), asset);
    }

    /// <inheritdoc/>
    public async Task<Channel?> FindChannelAsync(ChannelId channel, CancellationToken cancellationToken = default) =>
        await _reader.ReadAsync(ToAddress(channel), _options.ReadCommitment, 0, cancellationToken).ConfigureAwait(false) is { } view ? Describe(view) : null;

    /// <inheritdoc/>
    /// <remarks>One that the node tells nothing credible of is null too, when others are asked for with it; <see cref="FindChannelAsync"/> says what is wrong.</remarks>
    public async Task<IReadOnlyList<Channel?>> FindChannelsAsync(IReadOnlyList<ChannelId> channels, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(channels);
        try
        {
            var views = await _reader.ReadAsync([.. channels.Select(ToAddress)], _options.ReadCommitment, 0, cancellationToken).ConfigureAwait(false);
            return [.. views.Select(view => view is null ? null : Describe(view))];
        }
        catch (DePinException problem) when (channels.Count > 1 && IsOfOneChannel(problem))
        {
            // One that the node cannot tell of must not hide the others.
            var found = new Channel?[channels.Count];
            for (int i = 0; i < found.Length; i++)
            {
                try
                {
                    found[i] = await FindChannelAsync(channels[i], cancellationToken).ConfigureAwait(false);
                }
                catch (DePinException single) when (IsOfOneChannel(single))
                {
                    ChannelLog.NotRead(_logger, single, ToAddress(channels[i]));
                }
            }

            return found;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: the voucher expires before 1970-01-01T00:00:02Z, which the program could take for never.</exception>
    public byte[] GetVoucherSigningBytes(Voucher voucher)
    {
        ArgumentNullException.ThrowIfNull(voucher);
        if (voucher.ExpiresAt is { } expires && expires.ToUnixTimeSeconds() <= 1)
        {
            throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"A voucher cannot expire at {expires:O}, for which the program has no number; leave ExpiresAt null for one that never expires.");
        }

        if (ToVoucher(voucher) is { } known)
        {
            return known.ToArray();
        }

        // More than the program can count: bytes that it takes for no voucher at all, rather than for one over less.
        var bytes = new byte[PaymentChannelVoucher.SizeInBytes + sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(34), voucher.Cumulative.BaseUnits);
        voucher.Channel.Bytes.Span.CopyTo(bytes.AsSpan(2));
        return bytes;
    }

    /// <inheritdoc/>
    public bool VerifyVoucher(Channel channel, SignedVoucher voucher)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(voucher);
        return voucher.Voucher.Channel == channel.Id
            && voucher.Voucher.Cumulative.Asset == channel.Deposit.Asset
            && SolanaAddress.TryFromPublicKey(channel.VoucherKey, out var signer)
            && IsGood(voucher, signer);
    }

    /// <summary>Stops fetching rent and closes the senders, which first stop what they have under way: what is on its way to the chain goes on there, and its journal finds it again.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sweeping.ConfigureAwait(false);
        await _senders.DisposeAsync().ConfigureAwait(false);
        _store.Dispose();
        _stop.Dispose();
    }

    private static bool IsOfOneChannel(DePinException problem) =>
        problem is SettlementException or SolanaRpcException { Kind: SolanaRpcError.Malformed or SolanaRpcError.SlotUnavailable or SolanaRpcError.MethodUnavailable };

    private static SolanaAddress ToAddress(ChannelId channel) => new(channel.Bytes.Span);

    private static ChannelId ToChannelId(SolanaAddress address) => new(address.ToArray());

    private static SettlementException Refuse(DePinErrorCode code, Fault fault, string message) => new(code, fault, message);

    private static SolanaAddress AddressOf(PublicKey key) => SolanaAddress.TryFromPublicKey(key, out var address)
        ? address
        : throw new DePinException(DePinErrorCode.Unsupported, Fault.Consumer, $"Accounts of Solana have keys of {SignatureAlgorithm.Ed25519}, 32 bytes. This one is of '{key.Algorithm}'.");

    /// <summary>The voucher as the program knows it; null when it counts more than the program can, or expires before the program's time begins.</summary>
    private static PaymentChannelVoucher? ToVoucher(Voucher voucher)
    {
        long expires = voucher.ExpiresAt?.ToUnixTimeSeconds() ?? 0;
        return voucher.Cumulative.BaseUnits <= ulong.MaxValue && voucher.Channel.Bytes.Length == SolanaAddress.SizeInBytes && (voucher.ExpiresAt is null || expires > 1)
            ? new PaymentChannelVoucher(ToAddress(voucher.Channel), (ulong)voucher.Cumulative.BaseUnits, expires)
            : null;
    }

    private bool IsGood(SignedVoucher signed, SolanaAddress signer) =>
        signed.Signature.Algorithm == SignatureAlgorithm.Ed25519
        && ToVoucher(signed.Voucher) is { } voucher
        && (voucher.ExpiresAt == 0 || voucher.ExpiresAt > _options.TimeProvider.GetUtcNow().ToUnixTimeSeconds())
        && Ed25519.Verify(signer.ToArray(), voucher.ToArray(), signed.Signature.Bytes.Span);

    private AccountId AccountOf(SolanaAddress address) => SolanaCaip.ToAccountId(Chain, address);

    private SolanaAddress RequireAddress(AccountId account) => SolanaCaip.TryGetAddress(account, Chain, out var address)
        ? address
        : throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{account}' is not an account of {Chain}; write {Chain}: and an address in base 58.");

    private SolanaAddress RequireMint(Asset asset) => SolanaCaip.TryGetMint(asset, Chain, out var mint)
        ? mint
        : throw Refuse(DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{asset}' is not a token of {Chain}; write {Chain}/token: and the mint's address. Channels hold tokens; SOL is held as wrapped SOL, {TokenProgram.NativeMint}.");

    private Channel Describe(ChannelView view)
    {
        var (account, asset) = (view.Account, GetAsset(view.Terms.Mint));
        return new Channel
        {
            Id = ToChannelId(view.Address),
            Payer = AccountOf(view.Terms.Payer),
            Payee = AccountOf(view.Terms.Payee),
            VoucherKey = view.Terms.AuthorizedSigner.ToPublicKey(),
            Deposit = new Amount(account.Deposit, asset),
            Settled = new Amount(view.Paid, asset),
            GracePeriod = TimeSpan.FromSeconds(account.GracePeriod),
            Status = view.IsClosed ? ChannelStatus.Closed : view.IsClosing ? ChannelStatus.Closing : ChannelStatus.Open,
            ClosesAt = view.IsClosing ? ToTime(account.ClosureStartedAt, account.GracePeriod) : null,
            Refunded = new Amount(view.IsClosed ? account.Deposit - account.Settled : 0, asset),
        };
    }

    // A clock that nobody's chain has must not bring the reader down.
    private static DateTimeOffset ToTime(long seconds, uint more) => seconds >= 0 && seconds < DateTimeOffset.MaxValue.ToUnixTimeSeconds() - more
        ? DateTimeOffset.FromUnixTimeSeconds(seconds + more)
        : DateTimeOffset.MaxValue;
}
