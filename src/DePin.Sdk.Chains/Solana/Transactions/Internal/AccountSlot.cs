namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>What is known of one account of a message that is being compiled.</summary>
internal struct AccountSlot
{
    public AccountRole Role;

    /// <summary>The place in its lookup table.</summary>
    public byte TableIndex;

    /// <summary>Its lookup table plus one; 0 when the account is spelled out.</summary>
    public ushort Table;

    /// <summary>The place in the message.</summary>
    public ushort Position;
}
