using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Registry.Internal;

/// <summary>The interface of <c>contracts/evm/src/ProviderRegistry.sol</c>; a test compares it with the compiler's.</summary>
internal static class RegistryAbi
{
    public const string Contract = "ProviderRegistry";

    public static readonly AbiFunction Register = AbiFunction.Parse("register(uint96 amount, address key, bytes keyProof, address operator, address payee, bytes32 documentHash, string uri)");
    public static readonly AbiFunction AddStake = AbiFunction.Parse("addStake(uint96 amount)");
    public static readonly AbiFunction RequestUnstake = AbiFunction.Parse("requestUnstake(uint96 amount)");
    public static readonly AbiFunction CancelUnstake = AbiFunction.Parse("cancelUnstake()");
    public static readonly AbiFunction Withdraw = AbiFunction.Parse("withdraw()");
    public static readonly AbiFunction ScheduleKey = AbiFunction.Parse("scheduleKey(address key, bytes keyProof)");
    public static readonly AbiFunction SetDocument = AbiFunction.Parse("setDocument(address provider, address payee, bytes32 documentHash, string uri)");
    public static readonly AbiFunction SetOperator = AbiFunction.Parse("setOperator(address operator)");
    public static readonly AbiFunction Collect = AbiFunction.Parse("collect(address account)");

    public static readonly AbiFunction Token = AbiFunction.Parse("TOKEN()", "(address)");
    public static readonly AbiFunction MinStake = AbiFunction.Parse("minStake()", "(uint96)");
    public static readonly AbiFunction ThawPeriod = AbiFunction.Parse("THAW_PERIOD()", "(uint256)");
    public static readonly AbiFunction DisputeWindow = AbiFunction.Parse("DISPUTE_WINDOW()", "(uint256)");
    public static readonly AbiFunction KeyDelay = AbiFunction.Parse("KEY_DELAY()", "(uint256)");
    public static readonly AbiFunction KeyDigest = AbiFunction.Parse("keyDigest(address provider, address key)", "(bytes32)");
    public static readonly AbiFunction Credits = AbiFunction.Parse("credits(address account)", "(uint256)");

    // stake, thawing, thawEnd, locks, key, nextKeyFrom, nextKey, operator, documentHash
    public static readonly AbiFunction GetProvider = AbiFunction.Parse("getProvider(address provider)", "((uint96,uint96,uint40,uint24,address,uint40,address,address,bytes32))");

    public static readonly AbiEvent Registered = AbiEvent.Parse("Registered(address indexed provider, address indexed key, address operator)");
    public static readonly AbiEvent DocumentChanged = AbiEvent.Parse("DocumentChanged(address indexed provider, address payee, bytes32 documentHash, string uri)");
    public static readonly AbiEvent OperatorChanged = AbiEvent.Parse("OperatorChanged(address indexed provider, address operator)");
    public static readonly AbiEvent KeyScheduled = AbiEvent.Parse("KeyScheduled(address indexed provider, address indexed key, uint256 from, address indexed replaced, uint256 accountableUntil)");
    public static readonly AbiEvent StakeChanged = AbiEvent.Parse("StakeChanged(address indexed provider, uint256 stake, uint256 thawing, uint256 thawEnd)");
    public static readonly AbiEvent Locked = AbiEvent.Parse("Locked(bytes32 indexed caseId, address indexed provider, address indexed arbiter)");
    public static readonly AbiEvent Released = AbiEvent.Parse("Released(bytes32 indexed caseId, address indexed provider)");
    public static readonly AbiEvent Slashed = AbiEvent.Parse("Slashed(bytes32 indexed caseId, address indexed provider, uint256 amount, address victim, uint256 victimCut, address reporter, uint256 reporterCut)");
    public static readonly AbiEvent MinStakeChanged = AbiEvent.Parse("MinStakeChanged(uint256 minStake)");

    public static readonly AbiError[] Errors =
    [
        AbiError.Parse("AlreadyRegistered(address provider)"),
        AbiError.Parse("NotRegistered(address provider)"),
        AbiError.Parse("NotAllowed(address account)"),
        AbiError.Parse("RegistrationPaused()"),
        AbiError.Parse("KeyTaken(address key)"),
        AbiError.Parse("InvalidKeyProof(address key)"),
        AbiError.Parse("KeyChangePending(uint256 from)"),
        AbiError.Parse("InvalidUri(uint256 length, uint256 limit)"),
        AbiError.Parse("InvalidAmount(uint256 amount, uint256 available)"),
        AbiError.Parse("BelowMinStake(uint256 stake, uint256 minStake)"),
        AbiError.Parse("StillThawing(uint256 thawEnd)"),
        AbiError.Parse("StakeLocked(uint256 locks)"),
        AbiError.Parse("NothingAtStake(address provider)"),
        AbiError.Parse("CaseKnown(bytes32 caseId)"),
        AbiError.Parse("NotArbiter(address account)"),
        AbiError.Parse("NothingToCollect(address account)"),
        AbiError.Parse("InexactTransfer(address token)"),
        AbiError.Parse("InvalidAddress()"),
        AbiError.Parse("ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)"),
        AbiError.Parse("ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)"),
    ];
}
