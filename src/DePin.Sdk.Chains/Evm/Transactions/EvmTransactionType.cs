namespace DePin.Sdk.Chains.Evm.Transactions;

/// <summary>The forms of transactions that can be written and read; the values are the type bytes of EIP-2718.</summary>
public enum EvmTransactionType
{
    /// <summary>The form of the first day, with one gas price; signed for one chain since EIP-155.</summary>
    Legacy = 0,

    /// <summary>With an access list and one gas price (EIP-2930).</summary>
    AccessList = 1,

    /// <summary>With an access list, a tip and a maximum fee (EIP-1559).</summary>
    DynamicFee = 2,
}
