namespace DePin.Sdk.Compute.Gguf;

/// <summary>Block shapes of the tensor types.</summary>
internal static class GgufTensorTypeLayout
{
    /// <summary>Elements and bytes of one block, or false for a type this engine does not read.</summary>
    public static bool TryGetBlock(GgufTensorType type, out int elements, out int bytes)
    {
        (elements, bytes) = type switch
        {
            GgufTensorType.F32 => (1, 4),
            GgufTensorType.F16 or GgufTensorType.BF16 => (1, 2),
            GgufTensorType.Q4_0 => (32, 18),
            GgufTensorType.Q5_0 => (32, 22),
            GgufTensorType.Q8_0 => (32, 34),
            GgufTensorType.Q4_K => (256, 144),
            GgufTensorType.Q5_K => (256, 176),
            GgufTensorType.Q6_K => (256, 210),
            _ => (0, 0),
        };
        return elements != 0;
    }

    /// <summary>Bytes of a row; the columns must be a multiple of the block's elements.</summary>
    public static long RowBytes(GgufTensorType type, int columns)
    {
        TryGetBlock(type, out int elements, out int bytes);
        return (long)columns / elements * bytes;
    }

    /// <summary>The name of a type of the format, known to this engine or not, for messages.</summary>
    public static string Name(uint type) => type switch
    {
        0 => "F32",
        1 => "F16",
        2 => "Q4_0",
        3 => "Q4_1",
        6 => "Q5_0",
        7 => "Q5_1",
        8 => "Q8_0",
        9 => "Q8_1",
        10 => "Q2_K",
        11 => "Q3_K",
        12 => "Q4_K",
        13 => "Q5_K",
        14 => "Q6_K",
        15 => "Q8_K",
        30 => "BF16",
        _ => $"number {type}",
    };
}
