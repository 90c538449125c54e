using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Disputes.Internal;

/// <summary>The interface of <c>contracts/evm/src/DisputeArbiter.sol</c>; a test compares it with the compiler's.</summary>
internal static class ArbiterAbi
{
    public const string Contract = "DisputeArbiter";

    public static readonly AbiFunction OpenEquivocation = AbiFunction.Parse("openEquivocation(bytes receipt, bytes signature, bytes otherReceipt, bytes otherSignature)", "(bytes32)");
    public static readonly AbiFunction OpenOvercharge = AbiFunction.Parse("openOvercharge(bytes receipt, bytes receiptSignature, bytes offer, bytes offerSignature)", "(bytes32)");
    public static readonly AbiFunction NameVictim = AbiFunction.Parse("nameVictim(bytes32 caseId, (address,address,address,bytes32,address) channel)");
    public static readonly AbiFunction Complete = AbiFunction.Parse("finalize(bytes32 caseId)");
    public static readonly AbiFunction Collect = AbiFunction.Parse("collect(address account)");

    public static readonly AbiFunction Registry = AbiFunction.Parse("REGISTRY()", "(address)");
    public static readonly AbiFunction Token = AbiFunction.Parse("TOKEN()", "(address)");
    public static readonly AbiFunction Escrow = AbiFunction.Parse("ESCROW()", "(address)");
    public static readonly AbiFunction Bond = AbiFunction.Parse("BOND()", "(uint256)");
    public static readonly AbiFunction VetoWindow = AbiFunction.Parse("VETO_WINDOW()", "(uint256)");
    public static readonly AbiFunction Credits = AbiFunction.Parse("credits(address account)", "(uint256)");
    public static readonly AbiFunction CaseIdOf = AbiFunction.Parse("caseIdOf(address provider, bytes16 jobId)", "(bytes32)");

    // reporter, endsAt, proof, status, extended, victim, channelId
    public static readonly AbiFunction GetCase = AbiFunction.Parse("getCase(bytes32 caseId)", "((address,uint40,uint8,uint8,bool,address,bytes32))");

    public static readonly AbiEvent CaseOpened = AbiEvent.Parse("CaseOpened(bytes32 indexed caseId, address indexed provider, address indexed reporter, uint8 proof, bytes16 jobId, bytes32 channelId, uint256 endsAt)");

    public static readonly AbiError[] Errors =
    [
        AbiError.Parse("NotAccountable(address key)"),
        AbiError.Parse("DifferentProviders(address first, address second)"),
        AbiError.Parse("DifferentRuns()"),
        AbiError.Parse("SameReceipt()"),
        AbiError.Parse("DifferentOffer(bytes32 expected)"),
        AbiError.Parse("NotOvercharged(uint256 amount, uint256 allowed)"),
        AbiError.Parse("CaseNotOpen(bytes32 caseId)"),
        AbiError.Parse("VetoWindowNotOver(uint256 endsAt)"),
        AbiError.Parse("DifferentChannel(bytes32 expected)"),
        AbiError.Parse("NothingToCollect(address account)"),
        AbiError.Parse("InvalidStatement(uint256 offset)"),
        AbiError.Parse("InexactTransfer(address token)"),
        AbiError.Parse("CaseKnown(bytes32 caseId)"),
        AbiError.Parse("NothingAtStake(address provider)"),
        AbiError.Parse("NotArbiter(address account)"),
        AbiError.Parse("ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)"),
        AbiError.Parse("ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)"),
    ];
}
