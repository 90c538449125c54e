using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Accounts;
using DePin.Sdk.Chains.Evm.Registry;
using DePin.Sdk.Chains.Evm.Registry.Internal;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;

namespace DePin.Sdk.IntegrationTests.Evm.Registry;

public sealed class EvmProviderRegistryTests(RegistryFixture fixture) : IClassFixture<RegistryFixture>
{
    private static readonly Uri Endpoint = new("https://provider.example:5001/");

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    private RegistryTestChain Chain => fixture.Chain;

    private EvmProviderRegistry Registry => Chain.Registry;

    [AnvilFact]
    public async Task Connect_Registry_KnowsItsTerms()
    {
        Assert.Equal(Chain.Token, Registry.Token);
        Assert.Equal((RegistryTestChain.ThawPeriod, RegistryTestChain.DisputeWindow, RegistryTestChain.KeyDelay), (Registry.ThawPeriod, Registry.DisputeWindow, Registry.KeyDelay));
        Assert.Equal(RegistryTestChain.MinStake, await Registry.GetMinStakeAsync(_limit));
    }

    [AnvilFact]
    public async Task Connect_OtherContractOrNone_SaysSo()
    {
        foreach (var address in (EvmAddress[])[Chain.Token, EvmAddress.Parse("0x00000000000000000000000000000000000000ee")])
        {
            var problem = await Assert.ThrowsAsync<DePinException>(() => EvmProviderRegistry.ConnectAsync(Chain.Client, address, _limit));
            Assert.Equal(DePinErrorCode.InvalidRequest, problem.Code);
            Assert.Contains(address.ToString(), problem.Message, StringComparison.Ordinal);
        }
    }

    [AnvilFact]
    public async Task KeyDigest_OfTheContract_IsTheSame()
    {
        var (provider, key) = (EvmAddress.Parse("0x00000000000000000000000000000000000000a1"), EvmAddress.Parse("0x00000000000000000000000000000000000000a2"));
        var output = await Chain.Client.CallAsync(new() { To = Registry.Address, Data = RegistryAbi.KeyDigest.EncodeCall(provider, key) }, cancellationToken: _limit);
        Assert.Equal(new Hash32(output), Registry.KeyDigest(provider, key));
    }

    [AnvilFact]
    public async Task Stake_RegisteredRaisedThawedAndWithdrawn_IsAllThere()
    {
        var staker = await Chain.CreateStakerAsync(tokens: RegistryTestChain.Stake);
        var key = Chain.CreateKey();
        Assert.Null(await Registry.GetProviderAsync(staker.Address, _limit));

        await Registry.RegisterAsync(staker, RegistryTestChain.Registration(Endpoint, RegistryTestChain.MinStake), key, _limit);
        await Registry.AddStakeAsync(staker, RegistryTestChain.MinStake, _limit);
        var provider = await Registry.GetProviderAsync(staker.Address, _limit);
        Assert.Equal((2 * RegistryTestChain.MinStake, UInt128.Zero, key.GetEvmAddress(), 0), (provider!.Stake, provider.Thawing, provider.Key, provider.OpenCases));

        await Registry.RequestUnstakeAsync(staker, 2 * RegistryTestChain.MinStake, _limit);
        await Registry.CancelUnstakeAsync(staker, _limit);
        await Registry.RequestUnstakeAsync(staker, RegistryTestChain.MinStake, _limit);
        provider = await Registry.GetProviderAsync(staker.Address, _limit);
        Assert.Equal((RegistryTestChain.MinStake, RegistryTestChain.MinStake), (provider!.Stake, provider.Thawing));
        Assert.Equal(await Chain.Chain.NowAsync() + RegistryTestChain.ThawPeriod, provider.ThawEnd);

        var early = await Assert.ThrowsAsync<EvmSendException>(() => Registry.WithdrawAsync(staker, _limit));
        Assert.Contains("StillThawing", early.Message, StringComparison.Ordinal);
        await Chain.Chain.Node.AdvanceTimeAsync(RegistryTestChain.ThawPeriod, _limit);
        await Registry.WithdrawAsync(staker, _limit);

        Assert.Equal(RegistryTestChain.Stake - RegistryTestChain.MinStake, await Chain.BalanceAsync(staker.Address));
    }

    [AnvilFact]
    public async Task Register_TwiceOrWithATakenKeyOrTooLittle_SaysWhy()
    {
        var key = Chain.CreateKey();
        var staker = await Chain.RegisterAsync(key, Endpoint);
        await RefusedAsync("AlreadyRegistered", () => Registry.RegisterAsync(staker, RegistryTestChain.Registration(Endpoint), Chain.CreateKey(), _limit));

        var other = await Chain.CreateStakerAsync();
        await RefusedAsync("KeyTaken", () => Registry.RegisterAsync(other, RegistryTestChain.Registration(Endpoint), key, _limit));
        await RefusedAsync("BelowMinStake", () => Registry.RegisterAsync(other, RegistryTestChain.Registration(Endpoint, 1), Chain.CreateKey(), _limit));
    }

    [AnvilFact]
    public async Task Register_KeyOfAnotherCurve_IsRefusedBeforeAnythingIsSent()
    {
        var staker = await Chain.CreateStakerAsync();
        using var key = P256Signer.Create();
        await Assert.ThrowsAsync<ArgumentException>(() => Registry.RegisterAsync(staker, RegistryTestChain.Registration(Endpoint), key, _limit));
    }

    [AnvilFact]
    public async Task ScheduleKey_AfterTheDelay_TakesOver()
    {
        var (first, second) = (Chain.CreateKey(), Chain.CreateKey());
        var staker = await Chain.RegisterAsync(first, Endpoint);

        await Registry.ScheduleKeyAsync(staker, second, _limit);

        var provider = await Registry.GetProviderAsync(staker.Address, _limit);
        Assert.Equal((first.GetEvmAddress(), second.GetEvmAddress()), (provider!.Key, provider.NextKey!.Value));
        Assert.Equal(await Chain.Chain.NowAsync() + RegistryTestChain.KeyDelay, provider.NextKeyFrom);
    }

    [AnvilFact]
    public async Task SetDocument_ByTheOperator_ChangesIt()
    {
        var staker = await Chain.RegisterAsync(Chain.CreateKey(), Endpoint);
        var @operator = await Chain.CreateStakerAsync();
        var document = new EvmProviderDocument { Endpoints = [new Uri("https://elsewhere.example/")] };
        Task ChangeAsync() => Registry.SetDocumentAsync(@operator, staker.Address, staker.Address, document.ToBytes(), document.ToDataUri(), _limit);

        await RefusedAsync("NotAllowed", ChangeAsync);
        await Registry.SetOperatorAsync(staker, @operator.Address, _limit);
        await ChangeAsync();

        Assert.Equal(EvmProviderDocument.ComputeHash(document.ToBytes()), (await Registry.GetProviderAsync(staker.Address, _limit))!.DocumentHash);
    }

    private static async Task RefusedAsync(string error, Func<Task> action)
    {
        var problem = await Assert.ThrowsAsync<EvmSendException>(action);
        Assert.Equal(EvmSendError.Reverted, problem.Error);
        Assert.Contains(error, problem.Message, StringComparison.Ordinal);
    }
}
