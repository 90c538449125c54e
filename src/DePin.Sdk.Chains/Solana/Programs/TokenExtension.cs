namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What Token-2022 added to a mint or token account.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Value">Its content, as the program lays it out.</param>
public sealed record TokenExtension(TokenExtensionType Type, ReadOnlyMemory<byte> Value);
