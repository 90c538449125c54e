namespace DePin.Sdk.Chains.Solana.Channels.Internal;

/// <summary>Addresses that channels need and that are the same on every cluster.</summary>
internal static class ProgramIds
{
    public static SolanaAddress System => SolanaAddress.Zero;

    public static SolanaAddress Token { get; } = SolanaAddress.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

    public static SolanaAddress Token2022 { get; } = SolanaAddress.Parse("TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb");

    public static SolanaAddress Rent { get; } = SolanaAddress.Parse("SysvarRent111111111111111111111111111111111");

    public static SolanaAddress Instructions { get; } = SolanaAddress.Parse("Sysvar1nstructions1111111111111111111111111");
}
