using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Rewards.Internal;

/// <summary>The interface of <c>contracts/evm/src/EpochDistributor.sol</c>; a test compares it with the compiler's.</summary>
internal static class DistributorAbi
{
    public const string Contract = "EpochDistributor";

    // epoch, index, account, amount, proof
    private const string Row = "(uint64,uint256,address,uint256,bytes32[])";

    public static readonly AbiFunction PostRoot = AbiFunction.Parse("postRoot(uint64 epoch, bytes32 root, uint128 total, bytes32 document)");
    public static readonly AbiFunction ChallengeRoot = AbiFunction.Parse("challengeRoot(uint64 epoch, uint32 posting)");
    public static readonly AbiFunction ExpireChallenge = AbiFunction.Parse("expireChallenge(uint64 epoch)");
    public static readonly AbiFunction Claim = AbiFunction.Parse($"claim({Row} row)");
    public static readonly AbiFunction ClaimMany = AbiFunction.Parse($"claimMany({Row}[] rows)", "(uint256)");
    public static readonly AbiFunction ReleaseBond = AbiFunction.Parse("releaseBond(uint64 epoch)");
    public static readonly AbiFunction Withdraw = AbiFunction.Parse("withdraw(address account)");
    public static readonly AbiFunction SweepExpired = AbiFunction.Parse("sweepExpired(uint64 epoch)");

    public static readonly AbiFunction Token = AbiFunction.Parse("TOKEN()", "(address)");
    public static readonly AbiFunction Start = AbiFunction.Parse("START()", "(uint256)");
    public static readonly AbiFunction Length = AbiFunction.Parse("LENGTH()", "(uint256)");
    public static readonly AbiFunction ChallengeWindow = AbiFunction.Parse("CHALLENGE_WINDOW()", "(uint256)");
    public static readonly AbiFunction ClaimPeriod = AbiFunction.Parse("CLAIM_PERIOD()", "(uint256)");
    public static readonly AbiFunction Bond = AbiFunction.Parse("bond()", "(uint96)");
    public static readonly AbiFunction Due = AbiFunction.Parse("due(address account)", "(uint256)");
    public static readonly AbiFunction IsClaimed = AbiFunction.Parse("isClaimed(uint64 epoch, uint256 index)", "(bool)");
    public static readonly AbiFunction Check = AbiFunction.Parse($"check({Row} row)", "(uint8)");
    public static readonly AbiFunction LeafOf = AbiFunction.Parse("leafOf(uint64 epoch, uint256 index, address account, uint256 amount)", "(bytes32)");

    // root, total, claimed, poster, until, status, posting, challenger, bond
    public static readonly AbiFunction GetEpoch = AbiFunction.Parse("getEpoch(uint64 epoch)", "((bytes32,uint128,uint128,address,uint40,uint8,uint32,address,uint96))");

    public static readonly AbiError[] Errors =
    [
        AbiError.Parse("NotPoster(address poster)"),
        AbiError.Parse("EpochNotOver(uint256 end)"),
        AbiError.Parse("WrongStatus(uint8 status)"),
        AbiError.Parse("WrongPosting(uint32 posting)"),
        AbiError.Parse("OutOfTime(uint256 until)"),
        AbiError.Parse("InvalidTotal(uint256 rewardCap)"),
        AbiError.Parse("NotFunded(uint256 available)"),
        AbiError.Parse("ClaimRefused(uint8 reason)"),
        AbiError.Parse("InexactTransfer()"),
        AbiError.Parse("NothingDue()"),
        AbiError.Parse("ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)"),
        AbiError.Parse("ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)"),
    ];
}
