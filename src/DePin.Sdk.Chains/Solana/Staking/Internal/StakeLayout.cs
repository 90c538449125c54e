namespace DePin.Sdk.Chains.Solana.Staking.Internal;

/// <summary>What the program's accounts begin with: what they are, the layout's version, the address's bump, a state.</summary>
internal static class StakeLayout
{
    public const byte Pool = 1;
    public const byte Stake = 2;
    public const byte Receipt = 3;
    public const byte Case = 4;

    private const byte Version = 1;

    public static void Check(ReadOnlySpan<byte> data, byte kind, int length, string what)
    {
        if (data.Length != length)
        {
            throw new SolanaFormatException($"A {what} has {length} bytes, not {data.Length}.", Math.Min(data.Length, length));
        }

        if (data[0] != kind || data[1] != Version)
        {
            throw new SolanaFormatException($"A {what} starts with {kind} {Version}, not with {data[0]} {data[1]}.", 0);
        }
    }

    /// <summary>A time of the chain; one that no calendar has is the nearest that one does.</summary>
    public static DateTimeOffset ReadTime(long seconds) =>
        DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds(), DateTimeOffset.MaxValue.ToUnixTimeSeconds()));
}
