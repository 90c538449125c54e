using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Sending;

namespace DePin.Sdk.IntegrationTests.Evm.Governance;

/// <summary>The governance contracts on a real node: the deployment leaves nobody in charge, and a vote changes parameters.</summary>
public sealed class GovernanceTests
{
    private const string Description = "A higher minimum, and fewer rewards";

    [AnvilFact]
    public Task Proposal_VotedQueuedAndExecuted_ChangesParametersThatNobodyElseCan() => RunAsync().WaitAsync(TimeSpan.FromMinutes(3));

    private static async Task RunAsync()
    {
        await using var chain = await GovernanceTestChain.StartAsync();
        foreach (var role in new[] { "DEFAULT_ADMIN_ROLE()", "PROPOSER_ROLE()", "CANCELLER_ROLE()", "EXECUTOR_ROLE()" })
        {
            var id = await chain.AskAsync(chain.Timelock, role, "bytes32");
            Assert.False((await chain.AskAsync(chain.Timelock, "hasRole(bytes32,address)", "bool", id, chain.Deployer)).AsBoolean());
        }

        Assert.Equal(chain.Timelock, (await chain.AskAsync(chain.Registry, "owner()", "address")).AsAddress());
        Assert.Equal(chain.Timelock, (await chain.AskAsync(chain.Distributor, "owner()", "address")).AsAddress());
        Assert.True((await chain.AskAsync(chain.Registry, "isArbiter(address)", "bool", chain.Arbiter)).AsBoolean());
        await Assert.ThrowsAsync<EvmSendException>(() => chain.SendAsync(chain.Registry, "setMinStake(uint96)", 1UL));
        await Assert.ThrowsAsync<EvmSendException>(() => chain.SendAsync(chain.Distributor, "setRewardCap(uint128)", 1UL));

        await chain.SendAsync(chain.Votes, "delegate(address)", chain.Deployer);
        await chain.AdvanceAsync(TimeSpan.FromSeconds(1));
        AbiValue[] proposal =
        [
            AbiValue.List(chain.Registry, chain.Registry, chain.Distributor),
            AbiValue.List(0UL, 0UL, 0UL),
            AbiValue.List(
                GovernanceTestChain.Call("setMinStake(uint96)", 2 * GovernanceTestChain.MinStake),
                GovernanceTestChain.Call("setArbiter(address,bool)", chain.Arbiter, false),
                GovernanceTestChain.Call("setRewardCap(uint128)", GovernanceTestChain.RewardCap / 2)),
        ];
        AbiValue[] hashed = [.. proposal, Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(Description))];
        await chain.SendAsync(chain.Governor, "propose(address[],uint256[],bytes[],string)", [.. proposal, Description]);
        var number = await chain.AskAsync(chain.Governor, "hashProposal(address[],uint256[],bytes[],bytes32)", "uint256", hashed);
        await chain.AdvanceAsync(GovernanceTestChain.VotingDelay + TimeSpan.FromSeconds(1));
        await chain.SendAsync(chain.Governor, "castVote(uint256,uint8)", number, 1UL);
        await chain.AdvanceAsync(GovernanceTestChain.VotingPeriod);
        await chain.SendAsync(chain.Governor, "queue(address[],uint256[],bytes[],bytes32)", hashed);

        // Not before its time.
        await Assert.ThrowsAsync<EvmSendException>(() => chain.SendAsync(chain.Governor, "execute(address[],uint256[],bytes[],bytes32)", hashed));
        Assert.Equal(GovernanceTestChain.MinStake, (await chain.AskAsync(chain.Registry, "minStake()", "uint96")).AsUInt256());
        await chain.AdvanceAsync(GovernanceTestChain.Delay);
        await chain.SendAsync(chain.Governor, "execute(address[],uint256[],bytes[],bytes32)", hashed);

        Assert.Equal(2 * GovernanceTestChain.MinStake, (await chain.AskAsync(chain.Registry, "minStake()", "uint96")).AsUInt256());
        Assert.False((await chain.AskAsync(chain.Registry, "isArbiter(address)", "bool", chain.Arbiter)).AsBoolean());
        Assert.Equal(GovernanceTestChain.RewardCap / 2, (await chain.AskAsync(chain.Distributor, "rewardCap()", "uint128")).AsUInt256());

        // Executed, in the governor's count of states.
        Assert.Equal(7UL, (await chain.AskAsync(chain.Governor, "state(uint256)", "uint8", number)).AsUInt256());
    }
}
