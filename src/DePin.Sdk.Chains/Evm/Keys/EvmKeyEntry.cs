namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>A key file, by what can be read without its password.</summary>
/// <param name="Address">The account, as the file says; <see cref="EvmKeyStore.OpenAsync"/> checks it against the key.</param>
/// <param name="Path">The file.</param>
public sealed record EvmKeyEntry(EvmAddress Address, string Path);
