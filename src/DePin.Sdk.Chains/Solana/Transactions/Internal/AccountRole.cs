namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>What a message does with an account, over all of its instructions.</summary>
[Flags]
internal enum AccountRole : byte
{
    None = 0,
    Signer = 1,
    Writable = 2,

    /// <summary>Spelled out even if a lookup table has it: an invoked program, or the account of a durable nonce.</summary>
    Static = 4,
}
