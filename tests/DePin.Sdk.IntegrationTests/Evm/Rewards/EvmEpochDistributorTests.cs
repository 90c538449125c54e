using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rewards;
using DePin.Sdk.Chains.Evm.Rewards.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.IntegrationTests.Evm.Registry;

namespace DePin.Sdk.IntegrationTests.Evm.Rewards;

public sealed class EvmEpochDistributorTests(RegistryFixture fixture) : IClassFixture<RegistryFixture>
{
    private const ulong Bond = 1_000_000;

    private static readonly TimeSpan Epoch = TimeSpan.FromDays(7);
    private static readonly TimeSpan ChallengeWindow = TimeSpan.FromDays(2);
    private static readonly TimeSpan ClaimPeriod = TimeSpan.FromDays(90);

    private readonly CancellationToken _limit = new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    private RegistryTestChain Chain => fixture.Chain;

    [AnvilFact]
    public async Task Claim_EveryRowOfAPostedList_IsPaidOnce()
    {
        var distributor = await DeployAsync();
        var tree = distributor.CreateTree(0, Rewards(33));
        var poster = await Chain.CreateStakerAsync(Bond);
        await Chain.Chain.Node.AdvanceTimeAsync(Epoch, _limit);

        var posted = await distributor.PostRootAsync(poster, tree, _limit);

        var topic = AbiEvent.Parse("RootPosted(uint64 indexed epoch, uint32 indexed posting, address indexed poster, bytes32 root, uint256 total, uint256 bond, uint256 challengeEnd, bytes32 document)");
        Assert.Equal(tree.ComputeDocumentHash(), posted.Logs.Single(log => log.Topics[0] == topic.Topic).Decode(topic)[7].AsHash());
        var state = await distributor.GetEpochAsync(0, _limit);
        Assert.Equal((tree.Root, tree.Total, EvmEpochStatus.Posted, poster.Address, Bond), (state.Root, state.Total, state.Status, state.Poster, (ulong)state.Bond));
        Assert.Equal(EvmClaimRefusal.NotOpen, await distributor.CheckClaimAsync(tree, 0, _limit));
        await Chain.Chain.Node.AdvanceTimeAsync(ChallengeWindow, _limit);

        // One by one, by a stranger; then all of them, of which the paid one is passed over.
        Assert.Equal(EvmClaimRefusal.None, await distributor.CheckClaimAsync(tree, 32, _limit));
        await distributor.ClaimAsync(poster, tree, 32, _limit);
        Assert.Equal(EvmClaimRefusal.AlreadyClaimed, await distributor.CheckClaimAsync(tree, 32, _limit));
        var again = await Assert.ThrowsAsync<EvmSendException>(() => distributor.ClaimAsync(poster, tree, 32, _limit));
        Assert.Contains("ClaimRefused", again.Message, StringComparison.Ordinal);
        await distributor.ClaimManyAsync(poster, tree, Enumerable.Range(0, 33), _limit);

        foreach (var row in tree.Rows)
        {
            Assert.True(await distributor.IsClaimedAsync(0, row.Index, _limit));
            Assert.Equal(row.Amount, await Chain.BalanceAsync(row.Account));
        }

        Assert.Equal(tree.Total, (await distributor.GetEpochAsync(0, _limit)).Claimed);
        await distributor.ReleaseBondAsync(poster, 0, _limit);
        Assert.Equal(Bond, await Chain.BalanceAsync(poster.Address));
    }

    [AnvilFact]
    public async Task Challenge_RootOfAnotherList_FreezesItAndTheChallengerWins()
    {
        var distributor = await DeployAsync();
        var right = distributor.CreateTree(0, Rewards(5));
        var wrong = distributor.CreateTree(0, Rewards(6));
        var (poster, challenger) = (await Chain.CreateStakerAsync(Bond), await Chain.CreateStakerAsync(Bond));
        await Chain.Chain.Node.AdvanceTimeAsync(Epoch, _limit);
        await distributor.PostRootAsync(poster, wrong, _limit);

        // Anybody can compute the list, or fetch the poster's and check that it is none of the right rewards.
        var state = await distributor.GetEpochAsync(0, _limit);
        Assert.NotEqual(right.Root, state.Root);
        Assert.Equal(state.Root, RewardTree.Parse(wrong.ToDocument()).Root);
        await distributor.ChallengeRootAsync(challenger, 0, state.Posting, _limit);
        Assert.Equal((EvmEpochStatus.Challenged, challenger.Address), ((await distributor.GetEpochAsync(0, _limit)).Status, (await distributor.GetEpochAsync(0, _limit)).Challenger));

        await Chain.CallAsOwnerAsync(distributor.Address, "rule(uint64,uint32,bool)", 0UL, (ulong)state.Posting, false);
        Assert.Equal(EvmEpochStatus.None, (await distributor.GetEpochAsync(0, _limit)).Status);
        Assert.Equal(Bond + (Bond / 2), await distributor.GetDueAsync(challenger.Address, _limit));
        await distributor.WithdrawAsync(challenger, challenger.Address, _limit);
        Assert.Equal(Bond + (Bond / 2), await Chain.BalanceAsync(challenger.Address));

        await Chain.Chain.MintAsync(Chain.Token, poster.Address, Bond);
        await distributor.PostRootAsync(poster, right, _limit);
        Assert.Equal(right.Root, (await distributor.GetEpochAsync(0, _limit)).Root);
    }

    [AnvilFact]
    public async Task LeafOf_OfTheContract_IsTheTrees()
    {
        var distributor = await DeployAsync();
        var tree = distributor.CreateTree(ulong.MaxValue, [KeyValuePair.Create(EvmAddress.Parse("0x00000000000000000000000000000000000000a1"), UInt128.MaxValue)]);
        var row = tree.Rows[0];

        var output = await Chain.Client.CallAsync(new EvmCall { To = distributor.Address, Data = DistributorAbi.LeafOf.EncodeCall(tree.Epoch, (ulong)row.Index, row.Account, row.Amount) }, cancellationToken: _limit);

        Assert.Equal(new Hash32(output), tree.Root);
    }

    [AnvilFact]
    public async Task Claim_ListOfAnotherDistributor_IsRefusedBeforeAnythingIsSent()
    {
        var (one, other) = (await DeployAsync(), await DeployAsync());
        var tree = one.CreateTree(0, Rewards(2));
        var sender = await Chain.CreateStakerAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => other.ClaimAsync(sender, tree, 0, _limit));
        await Assert.ThrowsAsync<ArgumentException>(() => other.PostRootAsync(sender, tree, _limit));
    }

    [AnvilFact]
    public async Task Connect_Distributor_KnowsItsTerms()
    {
        var distributor = await DeployAsync();

        Assert.Equal((Chain.Token, Epoch, ChallengeWindow, ClaimPeriod), (distributor.Token, distributor.EpochLength, distributor.ChallengeWindow, distributor.ClaimPeriod));
        Assert.Equal(Bond, await distributor.GetBondAsync(_limit));
        var problem = await Assert.ThrowsAsync<DePinException>(() => EvmEpochDistributor.ConnectAsync(Chain.Client, Chain.Token, _limit));
        Assert.Equal(DePinErrorCode.InvalidRequest, problem.Code);
    }

    private static IEnumerable<KeyValuePair<EvmAddress, UInt128>> Rewards(int accounts) =>
        Enumerable.Range(1, accounts).Select(i => KeyValuePair.Create(new EvmAddress(Hash32.Keccak(BitConverter.GetBytes(i)).ToArray().AsSpan(12)), (UInt128)(ulong)(1000 * i)));

    private async Task<EvmEpochDistributor> DeployAsync()
    {
        ulong start = (ulong)(await Chain.Chain.NowAsync()).ToUnixTimeSeconds();
        var address = await Chain.DeployAsync(
            "EpochDistributor",
            "(address,address,address,(uint64,uint64,uint64,uint64,uint64),uint128,uint96)",
            Chain.Token,
            Chain.Owner,
            Chain.Treasury,
            AbiValue.List(start, (ulong)Epoch.TotalSeconds, (ulong)ChallengeWindow.TotalSeconds, (ulong)TimeSpan.FromDays(14).TotalSeconds, (ulong)ClaimPeriod.TotalSeconds),
            1_000_000_000UL,
            Bond);
        await Chain.Chain.MintAsync(Chain.Token, address, 1_000_000_000);
        return await EvmEpochDistributor.ConnectAsync(Chain.Client, address, _limit);
    }
}
