using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rewards;
using DePin.Sdk.Chains.Evm.Rewards.Internal;

namespace DePin.Sdk.Chains.Tests.Evm.Rewards;

public sealed class RewardTreeTests
{
    private const ulong Chain = 8453;

    private static readonly EvmAddress Distributor = EvmAddress.Parse("0x00000000000000000000000000000000000000d1");

    public static TheoryData<int> Sizes => [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 100, 1000];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void GetProof_EveryRow_LeadsToTheRoot(int size)
    {
        var tree = Create(Random(size, seed: size));

        Assert.Equal(size, tree.Rows.Count);
        Assert.All(tree.Rows, row =>
        {
            var node = LeafByTheAbi(tree, row);
            foreach (var neighbour in tree.GetProof(row.Index))
            {
                node = Parent(node, neighbour);
            }

            Assert.Equal(tree.Root, node);
        });
    }

    [Fact]
    public void Create_OtherOrderAndPartsOfOneAccount_IsTheSameTree()
    {
        var rewards = Random(50, seed: 1);
        var shuffled = rewards.SelectMany(reward => new[] { KeyValuePair.Create(reward.Key, reward.Value - 1), KeyValuePair.Create(reward.Key, UInt128.One) })
            .Append(KeyValuePair.Create(Account(9999), UInt128.Zero))
            .OrderBy(reward => Hash32.Keccak(reward.Key.ToArray()).ToUInt256())
            .ToArray();

        var tree = Create(rewards);
        var other = Create(shuffled);

        Assert.Equal(tree.Root, other.Root);
        Assert.Equal(tree.Rows, other.Rows);
        Assert.Equal(tree.ToDocument(), other.ToDocument());
    }

    [Fact]
    public void Root_AnythingElseDiffers_IsAnother()
    {
        var rewards = Random(5, seed: 2);
        var roots = new[]
        {
            Create(rewards).Root,
            RewardTree.Create(Chain + 1, Distributor, 7, rewards).Root,
            RewardTree.Create(Chain, Account(1), 7, rewards).Root,
            RewardTree.Create(Chain, Distributor, 8, rewards).Root,
            Create([.. rewards.Skip(1)]).Root,
            Create([.. rewards.Skip(1), KeyValuePair.Create(rewards[0].Key, rewards[0].Value + 1)]).Root,
        };

        Assert.Equal(roots.Length, roots.Distinct().Count());
    }

    [Fact]
    public void Create_Nobody_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => Create([]));
        Assert.Throws<ArgumentException>(() => Create([KeyValuePair.Create(Account(1), UInt128.Zero)]));
    }

    [Fact]
    public void Create_TotalAbove128Bits_Overflows() =>
        Assert.Throws<OverflowException>(() => Create([KeyValuePair.Create(Account(1), UInt128.MaxValue), KeyValuePair.Create(Account(2), UInt128.One)]));

    [Fact]
    public void Find_AccountsOfTheListAndOthers_GivesTheirRows()
    {
        var tree = Create(Random(100, seed: 3));

        Assert.All(tree.Rows, row => Assert.Equal(row, tree.Find(row.Account)));
        Assert.Null(tree.Find(EvmAddress.Zero));
        Assert.Null(tree.Find(Account(123_456)));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Parse_Document_GivesTheSameTree(int size)
    {
        var tree = RewardTree.Create(ulong.MaxValue, Distributor, ulong.MaxValue, Random(size, seed: size));

        var parsed = RewardTree.Parse(tree.ToDocument());

        Assert.Equal((tree.Root, tree.Total, tree.Epoch, tree.ChainId), (parsed.Root, parsed.Total, parsed.Epoch, parsed.ChainId));
        Assert.Equal(tree.ComputeDocumentHash(), parsed.ComputeDocumentHash());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"type":"depin.rewards.v2"}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":1,"distributor":"0x00000000000000000000000000000000000000d1","epoch":0,"rows":[]}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":-1,"distributor":"0x00000000000000000000000000000000000000d1","epoch":0,"rows":[["0x00000000000000000000000000000000000000d1","1"]]}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":1,"distributor":"0x00000000000000000000000000000000000000D1","epoch":0,"rows":[["0x00000000000000000000000000000000000000d1","01"]]}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":1,"distributor":"0x00000000000000000000000000000000000000D1","epoch":0,"rows":[["0x00000000000000000000000000000000000000d1"]]}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":1,"distributor":"0x00000000000000000000000000000000000000D1","epoch":0,"rows":[[1,2]]}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":1,"distributor":"0x00000000000000000000000000000000000000D1","epoch":0,"rows":[["0x00000000000000000000000000000000000000d1","-1"]]}""")]
    [InlineData("""{"type":"depin.rewards.v1","chainId":1,"distributor":"0x00000000000000000000000000000000000000D1","epoch":0,"rows":[["0x00000000000000000000000000000000000000d1","340282366920938463463374607431768211456"]]}""")]
    public void Parse_SomethingElse_IsATypedError(string text) =>
        Assert.Equal(DePinErrorCode.InvalidFrame, Assert.Throws<DePinException>(() => RewardTree.Parse(System.Text.Encoding.UTF8.GetBytes(text))).Code);

    [Fact]
    public void Parse_MutatedDocuments_AreTypedErrorsOrTheirOwnTrees()
    {
        var document = Create(Random(5, seed: 4)).ToDocument();
        var random = new Random(5);
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var mutated = document[..(random.Next(4) == 0 ? random.Next(document.Length) : document.Length)];
            for (int change = random.Next(1, 4); change > 0 && mutated.Length > 0; change--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            try
            {
                Assert.Equal(mutated, RewardTree.Parse(mutated).ToDocument());
            }
            catch (DePinException problem) when (problem.Code == DePinErrorCode.InvalidFrame)
            {
                refused++;
            }
        }

        Assert.True(refused > 15_000);
    }

    private static RewardTree Create(KeyValuePair<EvmAddress, UInt128>[] rewards) => RewardTree.Create(Chain, Distributor, 7, rewards);

    private static KeyValuePair<EvmAddress, UInt128>[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => KeyValuePair.Create(Account(i), (UInt128)(ulong)random.NextInt64(2, long.MaxValue)))];
    }

    private static EvmAddress Account(int number) => new(Hash32.Keccak(BitConverter.GetBytes(number)).ToArray().AsSpan(12));

    private static Hash32 LeafByTheAbi(RewardTree tree, RewardRow row) => Hash32.Keccak(Hash32.Keccak(
        AbiType.Parse("(uint256,address,uint64,uint256,address,uint256)").Encode(tree.ChainId, tree.Distributor, tree.Epoch, (ulong)row.Index, row.Account, row.Amount)).ToArray());

    private static Hash32 Parent(Hash32 left, Hash32 right)
    {
        string[] ordered = [.. new[] { left.ToString(), right.ToString() }.Order(StringComparer.Ordinal)];
        var expected = Hash32.Keccak(Hex.Decode(ordered[0] + ordered[1][2..]));
        Assert.Equal(expected, MerkleLevels.Parent(left, right));
        return expected;
    }
}
