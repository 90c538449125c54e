namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>Who a case owes something.</summary>
public enum ProviderStakeBeneficiary
{
    /// <summary>The payer of the payment channel that the receipts name: four tenths of the slash, once it was named.</summary>
    Victim,

    /// <summary>Who opened the case: a tenth of the slash, and the bond.</summary>
    Reporter,

    /// <summary>The pool's treasury: the rest.</summary>
    Treasury,
}
