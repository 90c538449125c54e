namespace DePin.Sdk.Chains.Solana.Transactions;

/// <summary>Instructions do not fit in one transaction. Nothing was signed or sent: split them, or name their accounts in a lookup table.</summary>
public sealed class SolanaTransactionTooLargeException : DePinException
{
    /// <summary>Says what was too large.</summary>
    /// <param name="size">What the instructions would take.</param>
    public SolanaTransactionTooLargeException(SolanaTransactionSize size)
        : base(DePinErrorCode.MessageTooLarge, DePin.Sdk.Fault.Chain, Describe(size)) => Size = size;

    /// <summary>What the instructions would take.</summary>
    public SolanaTransactionSize Size { get; }

    /// <summary>By how many bytes it is over <see cref="SolanaTransaction.MaxSizeInBytes"/>; 0 when it is not.</summary>
    public int ExcessBytes => Math.Max(0, Size.Bytes - SolanaTransaction.MaxSizeInBytes);

    /// <summary>By how many accounts it is over <see cref="SolanaMessage.MaxAccounts"/>; 0 when it is not.</summary>
    public int ExcessAccounts => Math.Max(0, Size.Accounts - SolanaMessage.MaxAccounts);

    private static string Describe(SolanaTransactionSize size)
    {
        var bytes = size.Bytes > SolanaTransaction.MaxSizeInBytes
            ? $"takes {size.Bytes} bytes, {size.Bytes - SolanaTransaction.MaxSizeInBytes} more than the {SolanaTransaction.MaxSizeInBytes} that fit"
            : null;
        var accounts = size.Accounts > SolanaMessage.MaxAccounts
            ? $"uses {size.Accounts} accounts, {size.Accounts - SolanaMessage.MaxAccounts} more than the {SolanaMessage.MaxAccounts} that may be locked"
            : null;
        return $"The transaction {string.Join(" and ", new[] { bytes, accounts }.OfType<string>())}. Split the instructions, or name their accounts in a lookup table.";
    }
}
