using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>Tells the contract's errors in the terms of the SDK.</summary>
internal static class EscrowFailure
{
    /// <summary>The same failure with the code that callers of a settlement expect; as it is when the contract gave no error that is known.</summary>
    public static SettlementException Translate(EvmSendException failure)
    {
        if (failure.Revert?.Error is not { } error)
        {
            return failure;
        }

        (DePinErrorCode Code, Fault Fault, string Message)? told = error.Name switch
        {
            "ChannelExists" => (DePinErrorCode.ChannelState, Fault.Consumer, "The channel exists, or did; take another salt."),
            "ChannelNotOpen" => (DePinErrorCode.ChannelState, Fault.Consumer, "The channel never opened, or is closed."),
            "CloseAlreadyRequested" or "GracePeriodNotOver" => (DePinErrorCode.ChannelState, Fault.Consumer, "The channel's grace period has begun already, or is not over."),
            "InvalidDeposit" => (DePinErrorCode.InvalidRequest, Fault.Consumer, "A channel holds from 1 to 2^96-1 base units."),
            "InexactTransfer" => (DePinErrorCode.Unsupported, Fault.Consumer, "The token did not move exactly the amount asked for (it takes a fee, or rebases), so it cannot be held in channels."),
            "ExceedsDeposit" => (DePinErrorCode.InvalidVoucher, Fault.Consumer, "The voucher grants more than the deposit."),
            "InvalidSignature" => (DePinErrorCode.InvalidVoucher, Fault.Consumer, "The channel's signer did not sign the voucher."),
            "ERC20InsufficientBalance" or "InsufficientBalance" => (DePinErrorCode.InsufficientFunds, Fault.Consumer, "The account holds less than is needed."),
            _ => null,
        };
        return told is { } known
            ? new SettlementException(known.Code, known.Fault, $"{known.Message} ({failure.Revert})", failure.MayHaveBeenBroadcast, failure.TransactionId, failure.IsTransient, failure)
            : failure;
    }

    /// <summary>Whether the contract refused with one of these errors.</summary>
    public static bool IsRevert(EvmSendException failure, params ReadOnlySpan<AbiError> errors)
    {
        foreach (var error in errors)
        {
            if (ReferenceEquals(failure.Revert?.Error, error))
            {
                return true;
            }
        }

        return false;
    }
}
