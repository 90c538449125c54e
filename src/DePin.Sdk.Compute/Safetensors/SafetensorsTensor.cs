using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Safetensors;

/// <summary>The entry of one tensor, checked against the bounds of its file.</summary>
/// <param name="Name">The name, unique in its file.</param>
/// <param name="Type">The type as the file names it, such as <c>BF16</c>.</param>
/// <param name="Shape">The extents; the last varies fastest.</param>
/// <param name="FileOffset">Offset of the first byte in the file.</param>
/// <param name="ByteLength">Length of the data in bytes.</param>
/// <param name="EntryOffset">Offset of the entry in the file, for error messages.</param>
internal sealed record SafetensorsTensor(string Name, string Type, long[] Shape, long FileOffset, long ByteLength, long EntryOffset)
{
    /// <summary>The type in GGUF's terms; null for one that weights do not have.</summary>
    public GgufTensorType? WeightType => Type switch
    {
        "F32" => GgufTensorType.F32,
        "F16" => GgufTensorType.F16,
        "BF16" => GgufTensorType.BF16,
        _ => null,
    };
}
