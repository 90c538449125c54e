using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Solana.Settlement;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Conformance;
using Solnet.Rpc;
using Solnet.Wallet;

namespace DePin.Sdk.Chains.Solnet.Tests;

/// <summary>Drives the settlement through Solnet alone: its client carries the calls, its accounts sign.</summary>
internal sealed class SolnetHarness : ISettlementHarness
{
    private readonly SolanaTestChain _chain;
    private readonly SolanaSettlement _settlement;
    private readonly SolanaAddress _mint;

    private SolnetHarness(SolanaTestChain chain, SolanaSettlement settlement, SolanaAddress mint)
    {
        _chain = chain;
        _settlement = settlement;
        _mint = mint;
    }

    public ISettlementBackend Backend => _settlement;

    public ISettlementBackend? Other => null;

    public Asset Asset => _settlement.GetAsset(_mint);

    public TimeSpan GracePeriod => TimeSpan.FromMinutes(10);

    public bool SettlesWhileClosing => false;

    public DateTimeOffset Now => _chain.NowAsync().GetAwaiter().GetResult();

    public static async Task<SolnetHarness> CreateAsync(SolanaTestChain chain)
    {
        var transport = new SolnetTransport(ClientFactory.GetClient(chain.Node.RpcUrl.ToString()));
        return new SolnetHarness(chain, await chain.ConnectAsync(transport: transport), await chain.CreateMintAsync());
    }

    public ISigner CreateSigner()
    {
        var account = new Account();
        _chain.Node.SetAccountAsync(account.PublicKey.Key, 1_000_000_000, default, SystemProgram.ProgramId.ToString()).GetAwaiter().GetResult();
        return new SolnetSigner(account);
    }

    public async Task FundAsync(AccountId account, Amount amount)
    {
        var owner = SolanaAddress.Parse(account.Address);
        await _chain.SetTokensAsync(owner, _mint, await _chain.BalanceAsync(owner, _mint) + (ulong)amount.BaseUnits);
    }

    public Task AdvanceAsync(TimeSpan by) => _chain.AdvanceAsync(by);

    public async Task<Amount?> GetTotalAsync() => new Amount(await _chain.TotalAsync(_mint), Asset);

    public ValueTask DisposeAsync() => _settlement.DisposeAsync();
}
