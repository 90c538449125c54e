using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Stores numbers in the formats of the file, and reads them back one by one in double precision.</summary>
internal static class WeightEncoder
{
    public static byte[] Encode(float[] values, GgufTensorType type) => type switch
    {
        GgufTensorType.F32 => values.SelectMany(BitConverter.GetBytes).ToArray(),
        GgufTensorType.F16 => values.SelectMany(v => BitConverter.GetBytes((Half)v)).ToArray(),
        GgufTensorType.BF16 => values.SelectMany(v => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(v) >> 16))).ToArray(),
        GgufTensorType.Q8_0 => values.Chunk(32).SelectMany(EncodeQ8).ToArray(),
        _ => values.Chunk(32).SelectMany(EncodeQ4).ToArray(),
    };

    public static double[] Decode(byte[] bytes, GgufTensorType type)
    {
        List<double> values = [];
        switch (type)
        {
            case GgufTensorType.F32:
                values.AddRange(bytes.Chunk(4).Select(b => (double)BitConverter.ToSingle(b)));
                break;
            case GgufTensorType.F16:
                values.AddRange(bytes.Chunk(2).Select(b => (double)BitConverter.ToHalf(b)));
                break;
            case GgufTensorType.BF16:
                values.AddRange(bytes.Chunk(2).Select(b => (double)BitConverter.UInt32BitsToSingle((uint)BitConverter.ToUInt16(b) << 16)));
                break;
            case GgufTensorType.Q8_0:
                foreach (byte[] block in bytes.Chunk(34))
                {
                    values.AddRange(block.Skip(2).Select(b => (double)BitConverter.ToHalf(block) * (sbyte)b));
                }

                break;
            default:
                foreach (byte[] block in bytes.Chunk(18))
                {
                    double scale = (double)BitConverter.ToHalf(block);
                    values.AddRange(block.Skip(2).Select(b => scale * ((b & 15) - 8)));
                    values.AddRange(block.Skip(2).Select(b => scale * ((b >> 4) - 8)));
                }

                break;
        }

        return [.. values];
    }

    private static IEnumerable<byte> EncodeQ8(float[] block)
    {
        var scale = (Half)(block.Max(Math.Abs) / 127);
        return [.. BitConverter.GetBytes(scale), .. block.Select(v => (byte)(sbyte)Math.Clamp(MathF.Round(v / (float)scale), -127, 127))];
    }

    private static IEnumerable<byte> EncodeQ4(float[] block)
    {
        var scale = (Half)(block.Max(Math.Abs) / 7);
        int[] q = [.. block.Select(v => (int)Math.Clamp(MathF.Round(v / (float)scale) + 8, 0, 15))];
        return [.. BitConverter.GetBytes(scale), .. Enumerable.Range(0, 16).Select(i => (byte)(q[i] | (q[i + 16] << 4)))];
    }
}
