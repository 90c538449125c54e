namespace DePin.Sdk.Jobs;

/// <summary>Names one job: 16 random bytes, time-ordered (RFC 9562 version 7).</summary>
/// <param name="Value">The identifier.</param>
public readonly record struct JobId(Guid Value)
{
    /// <summary>A new identifier.</summary>
    public static JobId New() => new(Guid.CreateVersion7());

    /// <summary>The 16 bytes, big-endian, as they travel and are signed.</summary>
    public byte[] ToBytes() => Value.ToByteArray(bigEndian: true);

    /// <summary>32 hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("N");
}
