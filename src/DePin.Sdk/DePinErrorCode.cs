namespace DePin.Sdk;

/// <summary>What went wrong. The set is closed: callers may switch over it.</summary>
public enum DePinErrorCode
{
    /// <summary>The request itself cannot be served: a missing field, an unknown kind, a value out of range.</summary>
    InvalidRequest,

    /// <summary>Bytes from outside are not what the protocol says they should be.</summary>
    InvalidFrame,

    /// <summary>A message is larger than the receiver's limit.</summary>
    MessageTooLarge,

    /// <summary>A signature does not verify, or its algorithm is unknown.</summary>
    InvalidSignature,

    /// <summary>An offer is malformed, not signed by its provider, or says something else than was agreed.</summary>
    InvalidOffer,

    /// <summary>An offer is past its expiry.</summary>
    OfferExpired,

    /// <summary>The provider does not serve that model or kind of job.</summary>
    ModelNotFound,

    /// <summary>No provider in the directory fits the request.</summary>
    NoProvider,

    /// <summary>The price, or the cost so far, is above what the consumer allows.</summary>
    PriceExceeded,

    /// <summary>The consumer's own spend policy stops the payment.</summary>
    SpendLimitExceeded,

    /// <summary>The provider's queue is full.</summary>
    Overloaded,

    /// <summary>Unpaid work reached the credit window and no voucher came.</summary>
    PaymentRequired,

    /// <summary>A voucher is not signed by the channel's key, shrinks, exceeds the deposit, or has expired.</summary>
    InvalidVoucher,

    /// <summary>No such payment channel.</summary>
    ChannelNotFound,

    /// <summary>The channel is in a state that does not allow the operation.</summary>
    ChannelState,

    /// <summary>The account holds less than the operation moves.</summary>
    InsufficientFunds,

    /// <summary>A receipt does not agree with what was delivered.</summary>
    InvalidReceipt,

    /// <summary>The other side cannot be reached, or went away in the middle.</summary>
    Unavailable,

    /// <summary>The provider's model or handler failed.</summary>
    ProviderFailed,

    /// <summary>The operation is not supported by this implementation.</summary>
    Unsupported,

    /// <summary>A database or file could not be read or written.</summary>
    StorageFailed,

    /// <summary>A chain or ledger refused the operation.</summary>
    SettlementFailed,
}
