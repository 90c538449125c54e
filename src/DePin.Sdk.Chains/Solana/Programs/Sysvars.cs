namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Accounts in which the runtime keeps its own state.</summary>
public static class Sysvars
{
    /// <summary>Slot, epoch and time.</summary>
    public static SolanaAddress Clock { get; } = SolanaAddress.Parse("SysvarC1ock11111111111111111111111111111111");

    /// <summary>What storage costs.</summary>
    public static SolanaAddress Rent { get; } = SolanaAddress.Parse("SysvarRent111111111111111111111111111111111");

    /// <summary>The latest block hashes; the System program's nonce instructions still name it.</summary>
    public static SolanaAddress RecentBlockhashes { get; } = SolanaAddress.Parse("SysvarRecentB1ockHashes11111111111111111111");

    /// <summary>The hashes of the latest slots.</summary>
    public static SolanaAddress SlotHashes { get; } = SolanaAddress.Parse("SysvarS1otHashes111111111111111111111111111");

    /// <summary>The instructions of the transaction that runs; programs read in it what the Ed25519 program has checked.</summary>
    public static SolanaAddress Instructions { get; } = SolanaAddress.Parse("Sysvar1nstructions1111111111111111111111111");
}
