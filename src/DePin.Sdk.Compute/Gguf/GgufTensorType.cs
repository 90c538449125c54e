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

    /// <summary>Blocks of 32 elements in 22 bytes: one half scale, the fifth bits, then the lower four bits of 32 numbers less 16.</summary>
    Q5_0 = 6,

    /// <summary>Blocks of 32 elements in 34 bytes: one half scale, then 32 signed bytes.</summary>
    Q8_0 = 8,

    /// <summary>Blocks of 256 elements in 144 bytes: eight groups of 32 four-bit numbers, each with a six-bit scale and minimum.</summary>
    Q4_K = 12,

    /// <summary>Blocks of 256 elements in 176 bytes: as <see cref="Q4_K"/>, with five-bit numbers.</summary>
    Q5_K = 13,

    /// <summary>Blocks of 256 elements in 210 bytes: sixteen groups of 16 six-bit numbers less 32, each with a signed scale.</summary>
    Q6_K = 14,

    /// <summary>The upper 16 bits of single precision, 2 bytes an element.</summary>
    BF16 = 30,
}
