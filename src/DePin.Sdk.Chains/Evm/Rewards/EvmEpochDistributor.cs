using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Internal;
using DePin.Sdk.Chains.Evm.Rewards.Internal;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;

namespace DePin.Sdk.Chains.Evm.Rewards;

/// <summary>
/// The contract that pays rewards by epoch from Merkle roots that anybody can challenge (<c>contracts/evm/src/EpochDistributor.sol</c>). Thread-safe.
/// </summary>
/// <remarks>Amounts are base units of <see cref="Token"/>. A refusal of the contract is a <see cref="Settlement.SettlementException"/> in words.</remarks>
public sealed class EvmEpochDistributor
{
    private readonly EvmClient _client;

    private EvmEpochDistributor(EvmClient client, EvmAddress address, ulong chainId, IReadOnlyList<AbiValue> constants)
    {
        _client = client;
        Address = address;
        ChainId = chainId;
        Token = constants[0].AsAddress();
        Start = Instant(constants[1]);
        EpochLength = Period(constants[2]);
        ChallengeWindow = Period(constants[3]);
        ClaimPeriod = Period(constants[4]);
    }

    /// <summary>The contract.</summary>
    public EvmAddress Address { get; }

    /// <summary>The chain (EIP-155).</summary>
    public ulong ChainId { get; }

    /// <summary>What rewards and bonds are paid in.</summary>
    public EvmAddress Token { get; }

    /// <summary>When epoch 0 began.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>How long an epoch lasts; its root can be posted when it is over.</summary>
    public TimeSpan EpochLength { get; }

    /// <summary>How long a posted root can be challenged.</summary>
    public TimeSpan ChallengeWindow { get; }

    /// <summary>How long rewards can be claimed, from the end of the challenge window.</summary>
    public TimeSpan ClaimPeriod { get; }

    /// <summary>Finds a distributor on a chain.</summary>
    /// <param name="client">The node.</param>
    /// <param name="address">The contract.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: there is no distributor at that address.</exception>
    /// <exception cref="EvmRpcException">The node cannot be asked.</exception>
    public static async Task<EvmEpochDistributor> ConnectAsync(EvmClient client, EvmAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ulong chainId = await client.GetChainIdAsync(cancellationToken).ConfigureAwait(false);
        AbiFunction[] constants = [DistributorAbi.Token, DistributorAbi.Start, DistributorAbi.Length, DistributorAbi.ChallengeWindow, DistributorAbi.ClaimPeriod];
        return await ContractCall.ProbeAsync(client, address, constants, cancellationToken).ConfigureAwait(false) is { } values
            ? new EvmEpochDistributor(client, address, chainId, values)
            : throw ContractCall.Missing(DistributorAbi.Contract, address, chainId);
    }

    /// <summary>Makes the list and tree of an epoch of this contract.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="rewards">Who gets what, in any order.</param>
    public RewardTree CreateTree(ulong epoch, IEnumerable<KeyValuePair<EvmAddress, UInt128>> rewards) => RewardTree.Create(ChainId, Address, epoch, rewards);

    /// <summary>What an epoch stands at.</summary>
    public async Task<EvmEpochState> GetEpochAsync(ulong epoch, CancellationToken cancellationToken = default)
    {
        var entry = (await CallAsync(DistributorAbi.GetEpoch, [epoch], cancellationToken).ConfigureAwait(false)).AsList();
        return new EvmEpochState
        {
            Root = entry[0].AsHash(),
            Total = (UInt128)entry[1].AsUInt256(),
            Claimed = (UInt128)entry[2].AsUInt256(),
            Poster = entry[3].AsAddress(),
            Until = Instant(entry[4]),
            Status = (EvmEpochStatus)(int)(ulong)entry[5].AsUInt256(),
            Posting = (uint)(ulong)entry[6].AsUInt256(),
            Challenger = entry[7].AsAddress(),
            Bond = (UInt128)entry[8].AsUInt256(),
        };
    }

    /// <summary>What posting or challenging takes; governance may change it.</summary>
    public async Task<UInt128> GetBondAsync(CancellationToken cancellationToken = default) => (UInt128)(await CallAsync(DistributorAbi.Bond, [], cancellationToken).ConfigureAwait(false)).AsUInt256();

    /// <summary>What an account can withdraw of bonds that it won or got back.</summary>
    public async Task<UInt256> GetDueAsync(EvmAddress account, CancellationToken cancellationToken = default) => (await CallAsync(DistributorAbi.Due, [account], cancellationToken).ConfigureAwait(false)).AsUInt256();

    /// <summary>Whether a row was paid.</summary>
    public async Task<bool> IsClaimedAsync(ulong epoch, int index, CancellationToken cancellationToken = default) =>
        (await CallAsync(DistributorAbi.IsClaimed, [epoch, (ulong)index], cancellationToken).ConfigureAwait(false)).AsBoolean();

    /// <summary>Why a row of a list cannot be claimed now.</summary>
    /// <param name="tree">The list.</param>
    /// <param name="index">The row.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<EvmClaimRefusal> CheckClaimAsync(RewardTree tree, int index, CancellationToken cancellationToken = default) =>
        (EvmClaimRefusal)(int)(ulong)(await CallAsync(DistributorAbi.Check, [Row(tree, index)], cancellationToken).ConfigureAwait(false)).AsUInt256();

    /// <summary>Posts the root of an epoch that is over; first lets the contract take the bond, where it may not yet.</summary>
    public async Task<EvmReceipt> PostRootAsync(EvmSender sender, RewardTree tree, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        RequireOwn(tree);
        await Erc20.EnsureAllowanceAsync(_client, sender, Token, Address, await GetBondAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return await SendAsync(sender, DistributorAbi.PostRoot.EncodeCall(tree.Epoch, tree.Root, tree.Total, tree.ComputeDocumentHash()), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Challenges an epoch's root in its window; first lets the contract take the bond, where it may not yet. Who challenges a right root loses the bond.</summary>
    /// <param name="sender">Who challenges.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="posting">The posting that was found wrong: <see cref="EvmEpochState.Posting"/>. Another one is not met.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<EvmReceipt> ChallengeRootAsync(EvmSender sender, ulong epoch, uint posting, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sender);
        var state = await GetEpochAsync(epoch, cancellationToken).ConfigureAwait(false);
        await Erc20.EnsureAllowanceAsync(_client, sender, Token, Address, state.Bond, cancellationToken).ConfigureAwait(false);
        return await SendAsync(sender, DistributorAbi.ChallengeRoot.EncodeCall(epoch, (ulong)posting), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Pays a row to its account; anybody may send it.</summary>
    /// <param name="sender">Who pays the gas.</param>
    /// <param name="tree">The list.</param>
    /// <param name="index">The row.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<EvmReceipt> ClaimAsync(EvmSender sender, RewardTree tree, int index, CancellationToken cancellationToken = default) =>
        SendAsync(sender, DistributorAbi.Claim.EncodeCall(Row(tree, index)), cancellationToken);

    /// <summary>Pays many rows; those that cannot be paid are passed over.</summary>
    /// <param name="sender">Who pays the gas.</param>
    /// <param name="tree">The list.</param>
    /// <param name="indexes">The rows.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<EvmReceipt> ClaimManyAsync(EvmSender sender, RewardTree tree, IEnumerable<int> indexes, CancellationToken cancellationToken = default) =>
        SendAsync(sender, DistributorAbi.ClaimMany.EncodeCall(AbiValue.List([.. indexes.Select(index => Row(tree, index))])), cancellationToken);

    /// <summary>Ends a challenge on which nobody ruled in time; anybody may send it.</summary>
    public Task<EvmReceipt> ExpireChallengeAsync(EvmSender sender, ulong epoch, CancellationToken cancellationToken = default) =>
        SendAsync(sender, DistributorAbi.ExpireChallenge.EncodeCall(epoch), cancellationToken);

    /// <summary>Gives the poster of a root that stands its bond back; anybody may send it.</summary>
    public Task<EvmReceipt> ReleaseBondAsync(EvmSender sender, ulong epoch, CancellationToken cancellationToken = default) =>
        SendAsync(sender, DistributorAbi.ReleaseBond.EncodeCall(epoch), cancellationToken);

    /// <summary>Pays an account its bonds that came back; anybody may send it.</summary>
    public Task<EvmReceipt> WithdrawAsync(EvmSender sender, EvmAddress account, CancellationToken cancellationToken = default) =>
        SendAsync(sender, DistributorAbi.Withdraw.EncodeCall(account), cancellationToken);

    /// <summary>Sends the treasury what nobody claimed in time; anybody may send it.</summary>
    public Task<EvmReceipt> SweepExpiredAsync(EvmSender sender, ulong epoch, CancellationToken cancellationToken = default) =>
        SendAsync(sender, DistributorAbi.SweepExpired.EncodeCall(epoch), cancellationToken);

    private static DateTimeOffset Instant(AbiValue seconds) => DateTimeOffset.FromUnixTimeSeconds((long)Math.Min((ulong)seconds.AsUInt256(), (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()));

    private static TimeSpan Period(AbiValue seconds) => TimeSpan.FromSeconds((long)(ulong)seconds.AsUInt256());

    private AbiValue Row(RewardTree tree, int index)
    {
        RequireOwn(tree);
        var row = tree.Rows[index];
        return AbiValue.List(tree.Epoch, (ulong)row.Index, row.Account, row.Amount, AbiValue.List([.. tree.GetProof(index).Select(hash => (AbiValue)hash)]));
    }

    private void RequireOwn(RewardTree tree)
    {
        ArgumentNullException.ThrowIfNull(tree);
        if (tree.ChainId != ChainId || tree.Distributor != Address)
        {
            throw new ArgumentException($"The list is of the distributor {tree.Distributor} on chain {tree.ChainId}, not of {Address} on chain {ChainId}.", nameof(tree));
        }
    }

    private async Task<AbiValue> CallAsync(AbiFunction function, AbiValue[] arguments, CancellationToken cancellationToken) =>
        (await ContractCall.CallAsync(_client, Address, function, arguments, cancellationToken).ConfigureAwait(false))[0];

    private Task<EvmReceipt> SendAsync(EvmSender sender, byte[] data, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return sender.SendAsync(new EvmTransactionRequest { To = Address, Data = data, Errors = DistributorAbi.Errors }, cancellationToken);
    }
}
