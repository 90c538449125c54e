namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>Whose money went to the treasury, with the number that events carry.</summary>
public enum PaymentChannelBeneficiary
{
    /// <summary>Somebody with a share.</summary>
    Recipient = 0,

    /// <summary>The payee.</summary>
    Payee = 1,

    /// <summary>The payer, whose rest it was.</summary>
    Payer = 2,
}
