namespace DePin.Sdk.Chains.Solana.Programs.Internal;

/// <summary>Which extensions stand in the way of a payment that arrives whole and stays.</summary>
internal static class PaymentProblems
{
    public static TokenPaymentProblem Of(TokenExtension extension) => extension.Type switch
    {
        TokenExtensionType.TransferFeeConfig => TokenPaymentProblem.TransferFee,
        TokenExtensionType.NonTransferable or TokenExtensionType.NonTransferableAccount => TokenPaymentProblem.NonTransferable,
        TokenExtensionType.TransferHook or TokenExtensionType.TransferHookAccount => TokenPaymentProblem.TransferHook,
        TokenExtensionType.PermanentDelegate => TokenPaymentProblem.PermanentDelegate,
        TokenExtensionType.Pausable or TokenExtensionType.PausableAccount => TokenPaymentProblem.Pausable,

        // One byte: whether it is required now.
        TokenExtensionType.MemoTransfer => extension.Value.Span is [0] ? TokenPaymentProblem.None : TokenPaymentProblem.MemoRequired,

        // One byte: the state that accounts begin in.
        TokenExtensionType.DefaultAccountState => extension.Value.Span is [(byte)TokenAccountState.Initialized] ? TokenPaymentProblem.None : TokenPaymentProblem.Frozen,
        > TokenExtensionType.PausableAccount => TokenPaymentProblem.UnknownExtension,
        _ => TokenPaymentProblem.None,
    };

    public static TokenPaymentProblem FirstOf(IReadOnlyList<TokenExtension> extensions) =>
        extensions.Select(Of).FirstOrDefault(problem => problem != TokenPaymentProblem.None);
}
