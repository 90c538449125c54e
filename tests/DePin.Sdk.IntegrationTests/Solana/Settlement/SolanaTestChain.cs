using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>A chain with the test double of the payment-channels program on it, and what settlement tests do there.</summary>
public sealed class SolanaTestChain : IAsyncDisposable
{
    private static readonly PaymentChannelProgram Program = PaymentChannelProgram.Mainnet;

    private readonly HttpJsonRpcTransport _transport;
    private readonly Lock _gate = new();

    private SolanaTestChain(SurfpoolNode node)
    {
        Node = node;
        _transport = new HttpJsonRpcTransport(node.RpcUrl);
        Client = new SolanaClient(_transport);
    }

    public SurfpoolNode Node { get; }

    public SolanaClient Client { get; }

    public ChainClock Clock { get; } = new();

    public static async Task<SolanaTestChain> StartAsync()
    {
        var options = new SurfpoolOptions { SlotTime = TimeSpan.FromMilliseconds(50) };
        options.Programs.Add(Program.ProgramId.ToString(), SolanaPrograms.PaymentChannels);
        var chain = new SolanaTestChain(await SurfpoolFixture.StartAsync(options));
        await chain.NowAsync();
        return chain;
    }

    /// <summary>The chain's time; the clock is set to it.</summary>
    public async Task<DateTimeOffset> NowAsync()
    {
        var now = (await Node.GetClockAsync()).Time;
        lock (_gate)
        {
            Clock.Set(now);
        }

        return now;
    }

    public async Task AdvanceAsync(TimeSpan by)
    {
        await Node.AdvanceTimeAsync(by);
        await NowAsync();
    }

    public Task<SolanaSettlement> ConnectAsync(Action<SolanaSettlementOptions>? configure = null, IJsonRpcTransport? transport = null)
    {
        var options = new SolanaSettlementOptions { TimeProvider = Clock };
        options.Sender.PollInterval = TimeSpan.FromMilliseconds(20);
        options.Sender.ResendInterval = TimeSpan.FromMilliseconds(500);
        configure?.Invoke(options);
        return SolanaSettlement.ConnectAsync(transport is null ? Client : new SolanaClient(transport), options);
    }

    /// <summary>A key whose account has SOL for fees and rent.</summary>
    public async Task<Ed25519Signer> CreateSignerAsync(ulong lamports = 1_000_000_000)
    {
        var signer = Ed25519Signer.Create();
        await Node.SetAccountAsync(AddressOf(signer).ToString(), lamports, default, SystemProgram.ProgramId.ToString());
        return signer;
    }

    public async Task<SolanaAddress> CreateMintAsync(SolanaAddress? tokenProgram = null, bool canFreeze = false) =>
        SolanaAddress.Parse(await Node.CreateMintAsync(6, (tokenProgram ?? TokenProgram.ProgramId).ToString(), canFreeze));

    public Task SetTokensAsync(SolanaAddress owner, SolanaAddress mint, ulong amount, SolanaAddress? tokenProgram = null, bool isFrozen = false) =>
        Node.SetTokenAccountAsync(owner.ToString(), mint.ToString(), amount, (tokenProgram ?? TokenProgram.ProgramId).ToString(), isFrozen);

    /// <summary>What all token accounts of a mint hold: everybody's, escrows' and the treasury's.</summary>
    public async Task<ulong> TotalAsync(SolanaAddress mint, SolanaAddress? tokenProgram = null)
    {
        var program = tokenProgram ?? TokenProgram.ProgramId;
        var accounts = await Client.GetProgramAccountsAsync(program, [SolanaAccountFilter.OfBytes(0, mint.ToArray())]);
        return accounts.Where(row => row.Account.Data.Length >= TokenAccount.SizeInBytes).Aggregate(0UL, (sum, row) => sum + TokenAccount.Read(row.Account.Data.Span, program).Amount);
    }

    public async Task<ulong> BalanceAsync(SolanaAddress owner, SolanaAddress mint, SolanaAddress? tokenProgram = null)
    {
        var program = tokenProgram ?? TokenProgram.ProgramId;
        return await Client.GetAccountAsync(AssociatedTokenAddress.Find(owner, mint, program)) is { Data.IsEmpty: false } account ? TokenAccount.Read(account.Data.Span, program).Amount : 0;
    }

    public async Task<PaymentChannelAccount?> ReadAsync(ChannelId channel) =>
        await Client.GetAccountAsync(new SolanaAddress(channel.Bytes.Span)) is { } account && account.Owner == Program.ProgramId ? PaymentChannelAccount.Parse(account.Data.Span) : null;

    public static SolanaAddress AddressOf(ISigner signer) => new(signer.PublicKey.Bytes.Span);

    public static async Task<SignedVoucher> SignAsync(ISettlementBackend settlement, Channel channel, ulong total, ISigner signer, DateTimeOffset? expires = null)
    {
        var voucher = new Voucher(channel.Id, new Amount(total, channel.Deposit.Asset), expires);
        return new SignedVoucher(voucher, await signer.SignAsync(settlement.GetVoucherSigningBytes(voucher)));
    }

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        await Node.DisposeAsync();
    }
}
