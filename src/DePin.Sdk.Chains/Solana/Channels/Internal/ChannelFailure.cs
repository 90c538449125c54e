using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>Tells the program's errors in the terms of the SDK.</summary>
internal static class ChannelFailure
{
    /// <summary>The program's own error; null when something else failed, or another program.</summary>
    /// <param name="failure">What the sender said.</param>
    public static PaymentChannelError? ErrorOf(SolanaSendException failure) =>
        failure.TransactionError?.CustomCode is { } code && PaymentChannelErrors.Describe((PaymentChannelError)code) is not null ? (PaymentChannelError)code : null;

    /// <summary>Whether the transaction may still take effect. One that is on the chain and failed was sent, and changed nothing.</summary>
    public static bool IsUnknown(SolanaSendException failure) => failure.MayHaveBeenBroadcast && failure.Error != SolanaSendError.Failed;

    /// <summary>Whether the chain changed between the look at it and the transaction: another settlement came first, or the channel ended.</summary>
    public static bool IsRace(SolanaSendException failure) => !IsUnknown(failure) && ErrorOf(failure) is PaymentChannelError.InvalidChannelStatus
        or PaymentChannelError.InvalidAccountDiscriminator
        or PaymentChannelError.VoucherWatermarkNotMonotonic
        or PaymentChannelError.NothingToDistribute
        or PaymentChannelError.ChannelNotDistributable;

    /// <summary>The same failure with the code that callers of a settlement expect; as it is when the program gave no error that is known.</summary>
    public static SettlementException Translate(SolanaSendException failure)
    {
        if (ErrorOf(failure) is not { } error)
        {
            return failure.Error == SolanaSendError.Failed
                ? new SettlementException(failure.Code, failure.Fault, failure.Message, transactionId: failure.TransactionId, isTransient: failure.IsTransient, innerException: failure)
                : failure;
        }

        var code = (int)error switch
        {
            >= (int)PaymentChannelError.MissingEd25519Verification and <= (int)PaymentChannelError.VoucherBadMagic => DePinErrorCode.InvalidVoucher,
            (int)PaymentChannelError.InvalidChannelStatus or (int)PaymentChannelError.InvalidAccountDiscriminator or (int)PaymentChannelError.SealGracePeriodNotElapsed
                or (int)PaymentChannelError.ChannelNotDistributable or (int)PaymentChannelError.PayerAlreadyWithdrawn or (int)PaymentChannelError.NothingToDistribute => DePinErrorCode.ChannelState,
            (int)PaymentChannelError.MintAccountMismatch or (int)PaymentChannelError.InvalidMintTokenProgram or (int)PaymentChannelError.MalformedMintTokenAccountData
                or (int)PaymentChannelError.MalformedMintTokenExtensions => DePinErrorCode.Unsupported,
            _ => DePinErrorCode.SettlementFailed,
        };
        return new SettlementException(
            code,
            code == DePinErrorCode.SettlementFailed ? Fault.Chain : Fault.Consumer,
            $"{PaymentChannelErrors.Describe(error)} (error {(int)error} of the payment-channels program: {failure.Message})",
            IsUnknown(failure),
            failure.TransactionId,
            failure.IsTransient,
            failure);
    }
}
