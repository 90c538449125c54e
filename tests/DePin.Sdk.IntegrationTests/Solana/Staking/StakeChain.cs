using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.Jobs;
using DePin.Sdk.Testing.Solana;

namespace DePin.Sdk.IntegrationTests.Solana.Staking;

/// <summary>A chain with the stake program, a pool, a provider with a receipt key, a reporter and a guardian; every wait is bounded.</summary>
internal sealed class StakeChain : IAsyncDisposable
{
    private static readonly ProviderStakeProgram Program = new(SolanaAddress.Parse("Stake11111111111111111111111111111111111112"));

    private readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(2));
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<Ed25519Signer> _keys = [];

    private StakeChain(SurfpoolNode node)
    {
        Node = node;
        var transport = new HttpJsonRpcTransport(node.RpcUrl);
        _parts.Add(transport);
        Client = new SolanaClient(transport);
        Key = Ed25519Signer.Create();
        _keys.Add(Key);
    }

    public SurfpoolNode Node { get; }

    public SolanaClient Client { get; }

    public CancellationToken Limit => _limit.Token;

    public SolanaProviderStake Pool { get; private set; } = null!;

    public SolanaSender Provider { get; private set; } = null!;

    public SolanaSender Reporter { get; private set; } = null!;

    public SolanaSender Guardian { get; private set; } = null!;

    /// <summary>Signs receipts.</summary>
    public Ed25519Signer Key { get; }

    public SolanaAddress KeyAddress => AddressOf(Key);

    public SolanaAddress Victim { get; } = new(Enumerable.Repeat((byte)41, 32).ToArray());

    public static SolanaAddress AddressOf(Ed25519Signer key) => new(key.PublicKey.Bytes.Span);

    public static async Task<StakeChain> StartAsync()
    {
        var options = new SurfpoolOptions();
        options.Programs.Add(Program.ProgramId.ToString(), SolanaPrograms.ProviderStake);
        var chain = new StakeChain(await SurfpoolFixture.StartAsync(options));
        try
        {
            await chain.PrepareAsync();
            return chain;
        }
        catch
        {
            await chain.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts.AsEnumerable().Reverse())
        {
            await part.DisposeAsync();
        }

        _keys.ForEach(static key => key.Dispose());
        _limit.Dispose();
        await Node.DisposeAsync();
    }

    /// <summary>A receipt for the same run of the same job, as the provider's runtime signs it.</summary>
    public async Task<JobReceipt> ReceiptAsync(Func<JobReceipt, JobReceipt>? change = null)
    {
        var receipt = new JobReceipt
        {
            JobId = new JobId(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057")),
            RunNonce = Enumerable.Range(0, JobReceipt.RunNonceLength).Select(static i => (byte)i).ToArray(),
            JobHash = Enumerable.Repeat((byte)5, 32).ToArray(),
            OfferId = Enumerable.Repeat((byte)6, 32).ToArray(),
            Provider = Key.PublicKey,
            Model = "npc-dialogue",
            ModelHash = Enumerable.Repeat((byte)8, 32).ToArray(),
            OutputHash = Enumerable.Repeat((byte)7, 32).ToArray(),
            Usage = new JobUsage(12, 34),
            Amount = new Amount(1_000, Asset.Parse($"solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/token:{Pool.Pool.Terms.Mint}")),
            CompletedAt = DateTimeOffset.UnixEpoch.AddYears(56),
        };
        receipt = change?.Invoke(receipt) ?? receipt;
        return receipt with { Signature = await Key.SignAsync(receipt.GetSigningBytes(), Limit) };
    }

    public Task SetTokensAsync(SolanaAddress owner, ulong amount) => Node.SetTokenAccountAsync(owner.ToString(), Pool.Pool.Terms.Mint.ToString(), amount, cancellationToken: Limit);

    public Task<ulong> TokensOfAsync(SolanaAddress owner) => TokensAtAsync(AssociatedTokenAddress.Find(owner, Pool.Pool.Terms.Mint, TokenProgram.ProgramId));

    public async Task<ulong> TokensAtAsync(SolanaAddress account) =>
        TokenAccount.Read((await Client.GetAccountAsync(account, cancellationToken: Limit))!.Data.Span, TokenProgram.ProgramId).Amount;

    private async Task PrepareAsync()
    {
        Provider = await OpenAsync(1);
        Reporter = await OpenAsync(2);
        Guardian = await OpenAsync(3);
        var terms = new ProviderStakeTerms
        {
            Mint = SolanaAddress.Parse(await Node.CreateMintAsync(cancellationToken: Limit)),
            Treasury = new SolanaAddress(Enumerable.Repeat((byte)42, 32).ToArray()),
            Guardian = Guardian.FeePayer,
            MinimumStake = 1_000,
            Bond = 1_000,
        };
        Pool = await SolanaProviderStake.CreatePoolAsync(Client, Program, terms, Guardian, Limit);
        await SetTokensAsync(Provider.FeePayer, 1_000_000);
        await SetTokensAsync(Reporter.FeePayer, 1_000_000);
    }

    private async Task<SolanaSender> OpenAsync(int account)
    {
        var key = SurfpoolFixture.SignerOf(Node.Accounts[account]);
        _keys.Add(key);
        var sender = await SolanaSender.OpenAsync(Client, key, new SolanaSenderOptions { PollInterval = TimeSpan.FromMilliseconds(20) }, cancellationToken: Limit);
        _parts.Add(sender);
        return sender;
    }
}
