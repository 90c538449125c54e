namespace DePin.Sdk.Consumers.Internal;

/// <summary>What the reader of a job throws when its payment failed meanwhile.</summary>
internal static class PaymentFailure
{
    public static DePinException Describe(Exception failure) => failure is DePinException known
        ? new DePinException(known.Code, known.Fault, known.Message, known.IsTransient, known)
        : new DePinException(DePinErrorCode.StorageFailed, Fault.Consumer, "A voucher could not be signed or kept; see the inner exception.", innerException: failure);
}
