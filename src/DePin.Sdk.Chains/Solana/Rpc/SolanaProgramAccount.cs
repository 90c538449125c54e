namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>An account that a program owns, found by the program.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Account">What it is.</param>
public sealed record SolanaProgramAccount(SolanaAddress Address, SolanaAccount Account);
