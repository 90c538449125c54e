using System.Collections.Frozen;
using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>The functions, events and errors of the escrow contract. A test holds them against the ABI that the compiler wrote.</summary>
internal static class EscrowAbi
{
    public const string Contract = "ChannelEscrow";

    private const string Channel = "(address,address,address,bytes32,address)";

    public static AbiFunction Open { get; } = AbiFunction.Parse("open(address payee, address token, uint128 deposit, bytes32 salt, address authorizedSigner)", "(bytes32)");

    public static AbiFunction OpenWithPermit { get; } = AbiFunction.Parse(
        "openWithPermit(address payee, address token, uint128 deposit, bytes32 salt, address authorizedSigner, uint256 deadline, uint8 v, bytes32 r, bytes32 s)", "(bytes32)");

    public static AbiFunction OpenWithAuthorization { get; } = AbiFunction.Parse(
        "openWithAuthorization(address payee, address token, uint128 deposit, bytes32 salt, address authorizedSigner, address from, uint256 validAfter, uint256 validBefore, bytes32 nonce, bytes signature)", "(bytes32)");

    public static AbiFunction TopUp { get; } = AbiFunction.Parse($"topUp({Channel} channel, uint128 additionalDeposit)");

    public static AbiFunction Settle { get; } = AbiFunction.Parse($"settle({Channel} channel, uint128 cumulativeAmount, bytes signature)");

    public static AbiFunction SettleBatch { get; } = AbiFunction.Parse("settleBatch(address payee, address token, bytes vouchers)", "(uint256)");

    public static AbiFunction Close { get; } = AbiFunction.Parse($"close({Channel} channel, uint128 cumulativeAmount, bytes signature)");

    public static AbiFunction RequestClose { get; } = AbiFunction.Parse($"requestClose({Channel} channel)");

    public static AbiFunction Withdraw { get; } = AbiFunction.Parse($"withdraw({Channel} channel)");

    public static AbiFunction GetChannel { get; } = AbiFunction.Parse("getChannel(bytes32 channelId)", "(uint96,uint96,uint40,uint8)");

    public static AbiFunction GracePeriod { get; } = AbiFunction.Parse("CLOSE_GRACE_PERIOD()", "(uint256)");

    public static AbiFunction DomainSeparator { get; } = AbiFunction.Parse("domainSeparator()", "(bytes32)");

    public static FrozenDictionary<Hash32, (EvmEscrowEventKind Kind, AbiEvent Event)> Events { get; } = new[]
    {
        (EvmEscrowEventKind.Opened, AbiEvent.Parse("Opened(bytes32 indexed channelId, address indexed payer, address indexed payee, address token, bytes32 salt, address authorizedSigner, uint256 deposit)")),
        (EvmEscrowEventKind.ToppedUp, AbiEvent.Parse("ToppedUp(bytes32 indexed channelId, uint256 deposit)")),
        (EvmEscrowEventKind.Settled, AbiEvent.Parse("Settled(bytes32 indexed channelId, uint256 settled)")),
        (EvmEscrowEventKind.CloseRequested, AbiEvent.Parse("CloseRequested(bytes32 indexed channelId, uint256 closeAt)")),
        (EvmEscrowEventKind.CloseCanceled, AbiEvent.Parse("CloseCanceled(bytes32 indexed channelId)")),
        (EvmEscrowEventKind.Closed, AbiEvent.Parse("Closed(bytes32 indexed channelId, uint256 settled, uint256 refund)")),
    }.ToFrozenDictionary(pair => pair.Item2.Topic);

    public static AbiError ChannelExists { get; } = AbiError.Parse("ChannelExists(bytes32 channelId)");

    public static AbiError ChannelNotOpen { get; } = AbiError.Parse("ChannelNotOpen(bytes32 channelId)");

    public static AbiError InvalidDeposit { get; } = AbiError.Parse("InvalidDeposit(uint256 deposit)");

    public static AbiError InexactTransfer { get; } = AbiError.Parse("InexactTransfer(address token)");

    public static AbiError NothingToSettle { get; } = AbiError.Parse("NothingToSettle(uint256 settled)");

    public static AbiError ExceedsDeposit { get; } = AbiError.Parse("ExceedsDeposit(uint256 deposit)");

    public static AbiError InvalidSignature { get; } = AbiError.Parse("InvalidSignature()");

    public static AbiError CloseAlreadyRequested { get; } = AbiError.Parse("CloseAlreadyRequested(uint256 closeAt)");

    public static AbiError GracePeriodNotOver { get; } = AbiError.Parse("GracePeriodNotOver(uint256 closeAt)");

    /// <summary>Every error that a call of the escrow may end with, those of the libraries and tokens under it included.</summary>
    public static IReadOnlyList<AbiError> Errors { get; } =
    [
        ChannelExists,
        ChannelNotOpen,
        InvalidDeposit,
        InexactTransfer,
        NothingToSettle,
        ExceedsDeposit,
        InvalidSignature,
        CloseAlreadyRequested,
        GracePeriodNotOver,
        AbiError.Parse("InvalidParty()"),
        AbiError.Parse("InvalidValue(uint256 expected, uint256 sent)"),
        AbiError.Parse("InvalidNonce(bytes32 expected)"),
        AbiError.Parse("NotParty(address party)"),
        AbiError.Parse("InvalidBatch()"),
        AbiError.Parse("InvalidGracePeriod(uint256 gracePeriod)"),
        AbiError.Parse("ReentrancyGuardReentrantCall()"),
        AbiError.Parse("SafeERC20FailedOperation(address token)"),
        AbiError.Parse("FailedCall()"),
        AbiError.Parse("InsufficientBalance(uint256 balance, uint256 needed)"),
        AbiError.Parse("ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)"),
        AbiError.Parse("ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)"),
    ];

    public static Hash32 Topic(EvmEscrowEventKind kind) => Events.First(pair => pair.Value.Kind == kind).Key;

    public static AbiValue Encode(in EvmChannelTerms terms) => AbiValue.List(terms.Payer, terms.Payee, terms.Token, terms.Salt, terms.AuthorizedSigner);
}
