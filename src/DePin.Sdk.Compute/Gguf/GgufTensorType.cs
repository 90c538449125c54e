using System.Diagnostics.CodeAnalysis;

namespace DePin.Sdk.Compute.Gguf;

/// <summary>How the elements of a tensor are stored; the values are those of the GGUF format.</summary>
[SuppressMessage("Design", "CA1028:Enum Storage should be Int32", Justification = "The format stores an unsigned 32-bit number.")]
[SuppressMessage("Naming", "CA1707:Identifiers should not contain underscores", Justification = "The names are the format's own.")]
public enum GgufTensorType : uint
{
    /// <summary>IEEE 754 single precision, 4 bytes an element.</summary>
    F32 = 0,

    /// <summary>IEEE 754 half precision, 2 bytes an element.</summary>
    F16 = 1,

    /// <summary>Blocks of 32 elements in 18 bytes: one half scale, then 32 four-bit numbers less 8.</summary>
    Q4_0 = 2,

    /// <summary>Blocks of 32 elements in 34 bytes: one half scale, then 32 signed bytes.</summary>
    Q8_0 = 8,

    /// <summary>The upper 16 bits of single precision, 2 bytes an element.</summary>
    BF16 = 30,
}
