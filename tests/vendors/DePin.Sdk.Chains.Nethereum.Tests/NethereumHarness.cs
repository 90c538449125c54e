using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Identity;
using DePin.Sdk.IntegrationTests.Evm.Settlement;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Conformance;
using Nethereum.JsonRpc.Client;
using Nethereum.Signer;

namespace DePin.Sdk.Chains.Nethereum.Tests;

/// <summary>Drives the settlement through Nethereum alone: its client carries the calls, its keys sign.</summary>
internal sealed class NethereumHarness : ISettlementHarness
{
    private readonly EvmTestChain _chain;
    private readonly EvmSettlement _settlement;
    private readonly EvmSettlement _other;
    private readonly EvmAddress _token;
    private readonly List<EvmAddress> _accounts = [];

    private NethereumHarness(EvmTestChain chain, EvmSettlement settlement, EvmSettlement other, EvmAddress token)
    {
        _chain = chain;
        _settlement = settlement;
        _other = other;
        _token = token;
    }

    public ISettlementBackend Backend => _settlement;

    public ISettlementBackend Other => _other;

    public Asset Asset => _settlement.GetAsset(_token);

    public TimeSpan GracePeriod => EvmTestChain.GracePeriod;

    public bool HasGracePeriodPerChannel => false;

    public bool HasVoucherExpiry => false;

    public DateTimeOffset Now => _chain.NowAsync().GetAwaiter().GetResult();

    public static async Task<NethereumHarness> CreateAsync(EvmTestChain chain)
    {
        var transport = new NethereumTransport(new RpcClient(chain.Node.HttpUrl));
        var client = new EvmClient(new MiningAfterwards(transport, chain.Node));
        var elsewhere = await chain.DeployEscrowAsync(EvmTestChain.GracePeriod * 2);
        var other = await chain.ConnectAsync(client, options => options.Escrow = elsewhere.Address);
        return new NethereumHarness(chain, await chain.ConnectAsync(client), other, await chain.DeployAsync());
    }

    public ISigner CreateSigner()
    {
        var signer = new NethereumSigner(EthECKey.GenerateKey());
        _accounts.Add(signer.GetEvmAddress());
        return signer;
    }

    public Task FundAsync(AccountId account, Amount amount) => _chain.MintAsync(_token, EvmAddress.Parse(account.Address), amount.BaseUnits);

    public Task AdvanceAsync(TimeSpan by) => _chain.Node.AdvanceTimeAsync(by);

    public async Task<Amount?> GetTotalAsync()
    {
        var sum = await _chain.BalanceAsync(_token, _chain.Escrow);
        foreach (var account in _accounts)
        {
            sum += await _chain.BalanceAsync(_token, account);
        }

        Assert.Equal(await _chain.SupplyAsync(_token), sum);
        return new Amount((UInt128)sum, Asset);
    }

    public async ValueTask DisposeAsync()
    {
        await _settlement.DisposeAsync();
        await _other.DisposeAsync();
    }
}
