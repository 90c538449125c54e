namespace DePin.Sdk.Testing.Solana;

/// <summary>What programs on the chain read as the time.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Time">The time, in whole seconds.</param>
public readonly record struct SurfpoolClock(ulong Slot, DateTimeOffset Time);
