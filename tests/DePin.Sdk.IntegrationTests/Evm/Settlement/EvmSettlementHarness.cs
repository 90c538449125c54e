using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Identity;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.IntegrationTests.Evm.Settlement;

/// <summary>Drives the settlement on a node where gas is free, with a token of its own or with the chain's coin.</summary>
internal sealed class EvmSettlementHarness : ISettlementHarness
{
    private readonly EvmTestChain _chain;
    private readonly EvmSettlement _settlement;
    private readonly EvmSettlement _other;
    private readonly EvmAddress _token;
    private readonly List<EvmAddress> _accounts = [];
    private DateTimeOffset _now;

    private EvmSettlementHarness(EvmTestChain chain, EvmSettlement settlement, EvmSettlement other, EvmAddress token, DateTimeOffset now)
    {
        _chain = chain;
        _settlement = settlement;
        _other = other;
        _token = token;
        _now = now;
    }

    public ISettlementBackend Backend => _settlement;

    public ISettlementBackend Other => _other;

    public Asset Asset => _token.IsZero ? _settlement.NativeAsset : _settlement.GetAsset(_token);

    public TimeSpan GracePeriod => EvmTestChain.GracePeriod;

    public bool HasGracePeriodPerChannel => false;

    public bool HasVoucherExpiry => false;

    public DateTimeOffset Now => _now = _chain.NowAsync().GetAwaiter().GetResult();

    public static async Task<EvmSettlementHarness> CreateAsync(EvmTestChain chain, bool isNative)
    {
        var elsewhere = await chain.DeployEscrowAsync(EvmTestChain.GracePeriod * 2);
        var other = await chain.ConnectAsync(options => options.Escrow = elsewhere.Address);
        return new EvmSettlementHarness(chain, await chain.ConnectAsync(), other, isNative ? EvmAddress.Zero : await chain.DeployAsync(), await chain.NowAsync());
    }

    public ISigner CreateSigner()
    {
        var signer = Secp256k1Signer.Create();
        _accounts.Add(signer.GetEvmAddress());
        return signer;
    }

    public async Task FundAsync(AccountId account, Amount amount)
    {
        var address = EvmAddress.Parse(account.Address);
        if (_token.IsZero)
        {
            await _chain.SetBalanceAsync(address, await _chain.BalanceAsync(_token, address) + amount.BaseUnits);
        }
        else
        {
            await _chain.MintAsync(_token, address, amount.BaseUnits);
        }
    }

    public Task AdvanceAsync(TimeSpan by) => _chain.Node.AdvanceTimeAsync(by);

    public async Task<Amount?> GetTotalAsync()
    {
        var sum = await _chain.BalanceAsync(_token, _chain.Escrow);
        foreach (var account in _accounts)
        {
            sum += await _chain.BalanceAsync(_token, account);
        }

        if (!_token.IsZero)
        {
            Assert.Equal(await _chain.SupplyAsync(_token), sum);
        }

        return new Amount((UInt128)sum, Asset);
    }

    public async ValueTask DisposeAsync()
    {
        await _settlement.DisposeAsync();
        await _other.DisposeAsync();
    }
}
