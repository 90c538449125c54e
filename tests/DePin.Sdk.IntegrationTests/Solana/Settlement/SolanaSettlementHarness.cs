using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>Drives the settlement on a chain with a token of its own.</summary>
internal sealed class SolanaSettlementHarness : ISettlementHarness
{
    private readonly SolanaTestChain _chain;
    private readonly SolanaSettlement _settlement;
    private readonly SolanaAddress _mint;
    private readonly SolanaAddress _tokenProgram;

    private SolanaSettlementHarness(SolanaTestChain chain, SolanaSettlement settlement, SolanaAddress mint, SolanaAddress tokenProgram)
    {
        _chain = chain;
        _settlement = settlement;
        _mint = mint;
        _tokenProgram = tokenProgram;
    }

    public ISettlementBackend Backend => _settlement;

    // Vouchers name the channel, whose address no other channel has; they name no cluster.
    public ISettlementBackend? Other => null;

    public Asset Asset => _settlement.GetAsset(_mint);

    public TimeSpan GracePeriod => TimeSpan.FromMinutes(10);

    public bool SettlesWhileClosing => false;

    public DateTimeOffset Now => _chain.NowAsync().GetAwaiter().GetResult();

    public static async Task<SolanaSettlementHarness> CreateAsync(SolanaTestChain chain, SolanaAddress tokenProgram) =>
        new(chain, await chain.ConnectAsync(), await chain.CreateMintAsync(tokenProgram), tokenProgram);

    public ISigner CreateSigner() => _chain.CreateSignerAsync().GetAwaiter().GetResult();

    public async Task FundAsync(AccountId account, Amount amount)
    {
        var owner = SolanaAddress.Parse(account.Address);
        await _chain.SetTokensAsync(owner, _mint, await _chain.BalanceAsync(owner, _mint, _tokenProgram) + (ulong)amount.BaseUnits, _tokenProgram);
    }

    public Task AdvanceAsync(TimeSpan by) => _chain.AdvanceAsync(by);

    public async Task<Amount?> GetTotalAsync() => new Amount(await _chain.TotalAsync(_mint, _tokenProgram), Asset);

    public ValueTask DisposeAsync() => _settlement.DisposeAsync();
}
