using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DePin.Sdk.Tools.SyntheticModel;

/// <summary>Fills blocks of every type with random weights of mean 0 and a given spread, straight in the stored form.</summary>
internal sealed class BlockGenerator(ulong seed)
{
    private ulong _state = seed;

    public void Fill(WeightType type, Span<byte> target, float deviation)
    {
        // The divisors are the standard deviations of the integer part of a block whose bits are all random.
        switch (type.Name)
        {
            case "f32":
                var numbers = MemoryMarshal.Cast<byte, float>(target);
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = Uniform(deviation);
                }

                break;
            case "f16":
                var halves = MemoryMarshal.Cast<byte, Half>(target);
                for (int i = 0; i < halves.Length; i++)
                {
                    halves[i] = (Half)Uniform(deviation);
                }

                break;
            case "bf16":
                var uppers = MemoryMarshal.Cast<byte, ushort>(target);
                for (int i = 0; i < uppers.Length; i++)
                {
                    uppers[i] = (ushort)(BitConverter.SingleToUInt32Bits(Uniform(deviation)) >> 16);
                }

                break;
            default:
                FillBytes(target);
                for (int at = 0; at < target.Length; at += type.BlockBytes)
                {
                    SetScales(type, target.Slice(at, type.BlockBytes), deviation);
                }

                break;
        }
    }

    /// <summary>A number between -1 and 1 times <paramref name="deviation"/> times the root of 3, which makes the deviation hold.</summary>
    public float Uniform(float deviation) => ((int)(Next() >> 40) - (1 << 23)) * (1f / (1 << 23)) * 1.7320508f * deviation;

    private static void SetScales(WeightType type, Span<byte> block, float deviation)
    {
        switch (type.Name)
        {
            case "q8_0":
                WriteHalf(block, deviation / 73.9f);
                break;
            case "q4_0":
                // The quants lie around -0.5; scales of both signs, which real files have too, make up for it.
                WriteHalf(block, (block[2] & 1) == 0 ? deviation / 4.64f : -deviation / 4.64f);
                break;
            case "q4_k":
                // The minimum takes away the mean of the quants, 7.5 of 0 to 15.
                WriteHalf(block, deviation / 258);
                WriteHalf(block[2..], 7.5f * deviation / 258);
                break;
            case "q5_k":
                WriteHalf(block, deviation / 526);
                WriteHalf(block[2..], 15.5f * deviation / 526);
                break;
            default:
                WriteHalf(block[208..], deviation / 1366);
                break;
        }
    }

    private static void WriteHalf(Span<byte> target, float value) => BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value);

    private void FillBytes(Span<byte> target)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(target);
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = Next();
        }

        for (int i = words.Length * sizeof(ulong); i < target.Length; i++)
        {
            target[i] = (byte)Next();
        }
    }

    // SplitMix64: equal on every machine, and faster than any disk.
    private ulong Next()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
