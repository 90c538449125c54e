namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>The last block that was applied; before the genesis block its number is -1 and its hash zero.</summary>
internal readonly record struct LogPosition(long Number, Hash32 Hash);
