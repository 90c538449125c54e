namespace DePin.Sdk.Tools.SyntheticModel;

/// <summary>How weights are stored: numbers and block shapes of the GGUF format.</summary>
/// <param name="Name">As it is written on the command line.</param>
/// <param name="Number">The tensor type.</param>
/// <param name="FileType">What <c>general.file_type</c> says for a file of mostly this type.</param>
/// <param name="BlockElements">Weights in a block.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
internal sealed record WeightType(string Name, uint Number, uint FileType, int BlockElements, int BlockBytes)
{
    public static readonly WeightType F32 = new("f32", 0, 0, 1, 4);
    public static readonly WeightType Q8 = new("q8_0", 8, 7, 32, 34);

    public static readonly WeightType[] All =
    [
        F32,
        new("f16", 1, 1, 1, 2),
        new("bf16", 30, 32, 1, 2),
        Q8,
        new("q4_0", 2, 2, 32, 18),
        new("q4_k", 12, 15, 256, 144),
        new("q5_k", 13, 17, 256, 176),
        new("q6_k", 14, 18, 256, 210),
    ];
}
