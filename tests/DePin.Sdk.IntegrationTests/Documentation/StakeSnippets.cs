using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Channels;
using DePin.Sdk.Chains.Solana.Staking;
using DePin.Sdk.IntegrationTests.Solana;
using DePin.Sdk.IntegrationTests.Solana.Staking;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>The code of the guide's section on Solana, run on a real chain.</summary>
public sealed class StakeSnippets
{
    [SurfpoolFact]
    public async Task Stake_Guide_RegistersSlashesAndLeaves()
    {
        await using var chain = await StakeChain.StartAsync();
        var (client, staking, reporter, providerKey) = (chain.Client, chain.Provider, chain.Reporter, chain.Key);
        var (programId, poolAddress) = (chain.Pool.Program.ProgramId, chain.Pool.Pool.Address);
        var channelTerms = new PaymentChannelTerms(chain.Victim, staking.FeePayer, chain.Pool.Pool.Terms.Mint, chain.Victim, 7, 1);
        var channel = PaymentChannelProgram.Mainnet.FindChannel(channelTerms, out _);
        var receipt = await chain.ReceiptAsync(r => r with { Channel = channel.ToArray() });
        var otherReceipt = await chain.ReceiptAsync(r => r with { Channel = channel.ToArray(), OutputHash = new byte[32] });
        const ulong stake = 500_000;

        // begin-snippet: stake-register
        var pool = await SolanaProviderStake.ConnectAsync(client, new ProviderStakeProgram(programId), poolAddress);
        await pool.RegisterAsync(staking, stake, providerKey);
        // end-snippet

        // begin-snippet: stake-slash
        var caseAddress = await pool.OpenCaseAsync(reporter, SolanaReceiptEvidence.FromReceipts(receipt, otherReceipt));
        await pool.NameVictimAsync(reporter, caseAddress, channelTerms);
        // end-snippet

        await chain.Node.AdvanceTimeAsync(pool.Pool.Terms.VetoWindow, chain.Limit);

        // begin-snippet: stake-slash-end
        await pool.FinalizeCaseAsync(reporter, caseAddress); // once the case's EndsAt has passed
        await pool.CollectAsync(reporter, caseAddress, ProviderStakeBeneficiary.Reporter); // a tenth of the slash, and the bond
        await pool.CollectAsync(reporter, caseAddress, ProviderStakeBeneficiary.Victim); // four tenths
        // end-snippet

        Assert.Equal(stake / 10 * 4 / 10, await chain.TokensOfAsync(chain.Victim));
        var key = new SolanaAddress(providerKey.PublicKey.Bytes.Span);

        // begin-snippet: stake-leave
        var entry = (await pool.GetStakeAsync(key))!;
        await pool.RequestUnstakeAsync(staking, key, entry.Stake);
        // end-snippet

        await chain.Node.AdvanceTimeAsync(pool.Pool.Terms.ThawPeriod, chain.Limit);

        // begin-snippet: stake-withdraw
        await pool.WithdrawAsync(staking, key); // once the pool's thaw period has passed
        // end-snippet

        Assert.Equal(1_000_000 - (stake / 10), await chain.TokensOfAsync(staking.FeePayer));
    }
}
