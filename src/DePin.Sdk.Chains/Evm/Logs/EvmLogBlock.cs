namespace DePin.Sdk.Chains.Evm.Logs;

/// <summary>A block that a follower stands on or applies.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">Its hash, which names its whole ancestry too.</param>
public readonly record struct EvmLogBlock(ulong Number, Hash32 Hash);
