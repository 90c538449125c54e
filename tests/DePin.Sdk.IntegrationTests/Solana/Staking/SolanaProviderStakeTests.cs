using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.IntegrationTests.Solana.Staking;

/// <summary>The stake program on a real chain, fed with what the SDK signs.</summary>
public sealed class SolanaProviderStakeTests
{
    [SurfpoolFact]
    public async Task Stake_ThawsAndLeaves_AsTheTermsSay()
    {
        await using var chain = await StakeChain.StartAsync();
        var (pool, provider, key) = (chain.Pool, chain.Provider, chain.KeyAddress);
        await pool.RegisterAsync(provider, 50_000, chain.Key, chain.Limit);
        await pool.AddStakeAsync(provider, key, 10_000, chain.Limit);
        Assert.Equal(940_000UL, await chain.TokensOfAsync(provider.FeePayer));

        await pool.RequestUnstakeAsync(provider, key, 20_000, chain.Limit);
        await pool.CancelUnstakeAsync(provider, key, chain.Limit);
        await pool.RequestUnstakeAsync(provider, key, 60_000, chain.Limit);
        var stake = (await pool.GetStakeAsync(key, chain.Limit))!;
        Assert.Equal((0UL, 60_000UL, 0, provider.FeePayer, key), (stake.Stake, stake.Thawing, stake.OpenCases, stake.Provider, stake.Key));
        Assert.Equal([stake], await pool.GetStakesAsync(chain.Limit));
        await RefusedAsync(ProviderStakeError.StillThawing, () => pool.WithdrawAsync(provider, key, chain.Limit));

        await chain.Node.AdvanceTimeAsync(pool.Pool.Terms.ThawPeriod, chain.Limit);
        await pool.WithdrawAsync(provider, key, chain.Limit);
        Assert.Equal(1_000_000UL, await chain.TokensOfAsync(provider.FeePayer));
        await RefusedAsync(ProviderStakeError.StillThawing, () => pool.WithdrawAsync(provider, key, chain.Limit));
    }

    [SurfpoolFact]
    public async Task Case_TwoReceiptsOfTheSdk_SlashAndPayEverybody()
    {
        await using var chain = await StakeChain.StartAsync();
        var (pool, provider, reporter) = (chain.Pool, chain.Provider, chain.Reporter);
        await pool.RegisterAsync(provider, 100_000, chain.Key, chain.Limit);
        var terms = new PaymentChannelTerms(chain.Victim, provider.FeePayer, pool.Pool.Terms.Mint, chain.Victim, 7, 1);
        var channel = PaymentChannelProgram.Mainnet.FindChannel(terms, out _);
        var first = await chain.ReceiptAsync(r => r with { Channel = channel.ToArray() });
        var second = await chain.ReceiptAsync(r => r with { Channel = channel.ToArray(), Usage = new JobUsage(12, 35), Amount = r.Amount with { BaseUnits = 1_001 } });

        var entry = await pool.OpenCaseAsync(reporter, SolanaReceiptEvidence.FromReceipts(first, second), chain.Limit);
        await pool.NameVictimAsync(reporter, entry, terms, chain.Limit);
        var opened = (await pool.GetCaseAsync(chain.KeyAddress, first.JobId, chain.Limit))!;
        Assert.Equal(
            (ProviderStakeCaseStatus.Open, first.JobId, reporter.FeePayer, chain.Victim, channel),
            (opened.Status, opened.JobId, opened.Reporter, opened.Victim, opened.Channel));
        Assert.Equal(1, (await pool.GetStakeAsync(chain.KeyAddress, chain.Limit))!.OpenCases);
        await RefusedAsync(ProviderStakeError.VetoWindowNotOver, () => pool.FinalizeCaseAsync(reporter, entry, chain.Limit));

        await chain.Node.AdvanceTimeAsync(pool.Pool.Terms.VetoWindow, chain.Limit);
        await pool.FinalizeCaseAsync(reporter, entry, chain.Limit);
        var ended = (await pool.GetCaseAsync(entry, chain.Limit))!;
        Assert.Equal((ProviderStakeCaseStatus.Slashed, 10_000UL, 4_000UL, 2_000UL, 5_000UL), (ended.Status, ended.Slashed, ended.OwedToVictim, ended.OwedToReporter, ended.OwedToTreasury));
        Assert.Equal(90_000UL, (await pool.GetStakeAsync(chain.KeyAddress, chain.Limit))!.Stake);
        foreach (var who in Enum.GetValues<ProviderStakeBeneficiary>())
        {
            await pool.CollectAsync(reporter, entry, who, chain.Limit);
        }

        Assert.Equal(4_000UL, await chain.TokensOfAsync(chain.Victim));
        Assert.Equal(1_001_000UL, await chain.TokensOfAsync(reporter.FeePayer));
        Assert.Equal(5_000UL, await chain.TokensOfAsync(pool.Pool.Terms.Treasury));
        Assert.Equal(90_000UL, await chain.TokensAtAsync(pool.Pool.Vault));
        await RefusedAsync(ProviderStakeError.NothingToCollect, () => pool.CollectAsync(reporter, entry, ProviderStakeBeneficiary.Reporter, chain.Limit));
        await RefusedAsync(ProviderStakeError.CaseKnown, () => pool.OpenCaseAsync(reporter, SolanaReceiptEvidence.FromReceipts(first, second), chain.Limit));
    }

    [SurfpoolFact]
    public async Task Case_OpenedAgainAfterAReceiptWasShown_GoesOn()
    {
        await using var chain = await StakeChain.StartAsync();
        var (pool, reporter) = (chain.Pool, chain.Reporter);
        await pool.RegisterAsync(chain.Provider, 100_000, chain.Key, chain.Limit);
        var evidence = SolanaReceiptEvidence.FromReceipts(await chain.ReceiptAsync(), await chain.ReceiptAsync(static r => r with { OutputHash = new byte[32] }));
        await chain.SetTokensAsync(reporter.FeePayer, 999);
        var poor = await Assert.ThrowsAsync<SolanaSendException>(() => pool.OpenCaseAsync(reporter, evidence, chain.Limit));
        Assert.Contains("holds too little", poor.Message, StringComparison.Ordinal);
        Assert.Null(await pool.GetCaseAsync(chain.KeyAddress, evidence.JobId, chain.Limit));

        await chain.SetTokensAsync(reporter.FeePayer, 1_000);
        var entry = await pool.OpenCaseAsync(reporter, evidence, chain.Limit);

        Assert.Equal(ProviderStakeCaseStatus.Open, (await pool.GetCaseAsync(entry, chain.Limit))!.Status);
        var missing = await Assert.ThrowsAsync<DePinException>(() => pool.NameVictimAsync(reporter, entry, chain.Limit));
        Assert.Equal(DePinErrorCode.ChannelNotFound, missing.Code);
    }

    [SurfpoolFact]
    public async Task Case_GuardianExtendsAndVetoes_NothingIsSlashed()
    {
        await using var chain = await StakeChain.StartAsync();
        var pool = chain.Pool;
        await pool.RegisterAsync(chain.Provider, 100_000, chain.Key, chain.Limit);
        var evidence = SolanaReceiptEvidence.FromReceipts(await chain.ReceiptAsync(), await chain.ReceiptAsync(static r => r with { OutputHash = new byte[32] }));
        var entry = await pool.OpenCaseAsync(chain.Reporter, evidence, chain.Limit);
        var before = (await pool.GetCaseAsync(entry, chain.Limit))!;

        await pool.ExtendCaseAsync(chain.Guardian, entry, chain.Limit);
        var extended = (await pool.GetCaseAsync(entry, chain.Limit))!;
        Assert.Equal((true, before.EndsAt + pool.Pool.Terms.VetoWindow), (extended.IsExtended, extended.EndsAt));
        await Assert.ThrowsAsync<ArgumentException>(() => pool.VetoCaseAsync(chain.Reporter, entry, isBondLost: false, chain.Limit));
        await pool.VetoCaseAsync(chain.Guardian, entry, isBondLost: true, chain.Limit);

        var vetoed = (await pool.GetCaseAsync(entry, chain.Limit))!;
        Assert.Equal((ProviderStakeCaseStatus.Vetoed, 0UL, 0UL, 1_000UL), (vetoed.Status, vetoed.Slashed, vetoed.OwedToReporter, vetoed.OwedToTreasury));
        var stake = (await pool.GetStakeAsync(chain.KeyAddress, chain.Limit))!;
        Assert.Equal((100_000UL, 0), (stake.Stake, stake.OpenCases));
    }

    [SurfpoolFact]
    public async Task Register_WhatThePoolRefuses_IsSaidInWords()
    {
        await using var chain = await StakeChain.StartAsync();
        var pool = chain.Pool;
        await RefusedAsync(ProviderStakeError.BelowMinimumStake, () => pool.RegisterAsync(chain.Provider, 999, chain.Key, chain.Limit));
        await pool.RegisterAsync(chain.Provider, 1_000, chain.Key, chain.Limit);
        await RefusedAsync(ProviderStakeError.AlreadyRegistered, () => pool.RegisterAsync(chain.Reporter, 1_000, chain.Key, chain.Limit));
        await RefusedAsync(ProviderStakeError.NotTheProvider, () => pool.RequestUnstakeAsync(chain.Reporter, chain.KeyAddress, 1_000, chain.Limit));
        Assert.Null(await pool.GetStakeAsync(chain.Victim, chain.Limit));
    }

    [SurfpoolFact]
    public async Task Connect_PoolOrNone_ReadsTheTermsOrRefuses()
    {
        await using var chain = await StakeChain.StartAsync();
        var found = await SolanaProviderStake.ConnectAsync(chain.Client, chain.Pool.Program, chain.Pool.Pool.Address, chain.Limit);
        var again = await SolanaProviderStake.CreatePoolAsync(chain.Client, chain.Pool.Program, chain.Pool.Pool.Terms, chain.Reporter, chain.Limit);

        Assert.Equal(chain.Pool.Pool, found.Pool);
        Assert.Equal(chain.Pool.Pool, again.Pool);
        foreach (var address in new[] { chain.Victim, chain.Pool.Pool.Vault })
        {
            var e = await Assert.ThrowsAsync<DePinException>(() => SolanaProviderStake.ConnectAsync(chain.Client, chain.Pool.Program, address, chain.Limit));
            Assert.Equal(DePinErrorCode.InvalidRequest, e.Code);
        }

        // A node that shows a pool's data at another address is not believed.
        var copy = StakeChain.AddressOf(chain.Key);
        var data = (await chain.Client.GetAccountAsync(chain.Pool.Pool.Address, cancellationToken: chain.Limit))!.Data;
        await chain.Node.SetAccountAsync(copy.ToString(), 10_000_000, data, chain.Pool.Program.ProgramId.ToString(), chain.Limit);
        await Assert.ThrowsAsync<DePinException>(() => SolanaProviderStake.ConnectAsync(chain.Client, chain.Pool.Program, copy, chain.Limit));
    }

    private static async Task RefusedAsync(ProviderStakeError error, Func<Task> action)
    {
        var e = await Assert.ThrowsAsync<SolanaSendException>(action);
        Assert.Equal((uint)error, e.TransactionError?.CustomCode);
        Assert.StartsWith(ProviderStakeErrors.Describe(error)!, e.Message, StringComparison.Ordinal);
    }
}
