using System.Buffers.Binary;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>Inputs of cases: random numbers of all magnitudes, and those at which arithmetic turns over.</summary>
internal sealed class RandomInputs(int seed)
{
    private static readonly ulong[] Edges =
    [
        0, 1, 2, 31, 32, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
        long.MaxValue, 1ul << 63, ulong.MaxValue, ulong.MaxValue - 1,
    ];

    private readonly Random _random = new(seed);

    /// <summary>One call of a case with as many inputs as fit, as hexadecimal data.</summary>
    public string NextCall(int whichCase)
    {
        byte[] data = new byte[8 + (ComparedProgram.InputsPerCall * 32)];
        BinaryPrimitives.WriteInt64LittleEndian(data, whichCase);
        for (int i = 8; i < data.Length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(i), Next());
        }

        return Convert.ToHexStringLower(data);
    }

    private ulong Next() => _random.Next(3) switch
    {
        0 => Edges[_random.Next(Edges.Length)],
        1 => (ulong)_random.NextInt64() >> _random.Next(64),
        _ => (ulong)_random.NextInt64() << 1,
    };
}
