namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>Where a channel of the payment-channels program is in its life, with the number that its account holds.</summary>
public enum PaymentChannelStatus
{
    /// <summary>Vouchers settle, deposits grow.</summary>
    Open = 0,

    /// <summary>No voucher counts any more; what is settled, and what is left, waits to be paid out.</summary>
    Sealed = 1,

    /// <summary>The payer asked to close; until the deadline the payee can settle and seal, afterwards anybody can seal.</summary>
    Closing = 2,

    /// <summary>Everything was paid out; the account holds only its own rent.</summary>
    Distributed = 3,
}
