namespace DePin.Sdk.IntegrationTests.Solana.Settlement;

/// <summary>The time of a chain that is moved about, for what runs beside it. Timers run as they always do.</summary>
public sealed class ChainClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _shift));

    /// <summary>It is this late on the chain now.</summary>
    public void Set(DateTimeOffset now) => Volatile.Write(ref _shift, (now - base.GetUtcNow()).Ticks);
}
