namespace DePin.Sdk.Chains.Evm.Logs.Internal;

/// <summary>What links a block to the one before it.</summary>
internal readonly record struct LogHeader(ulong Number, Hash32 Hash, Hash32 ParentHash);
