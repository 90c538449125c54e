namespace DePin.Sdk.Compute.Gguf;

/// <summary>Where a metadata value lies; it is decoded when asked for, so that opening a file allocates almost nothing.</summary>
/// <param name="Type">The type of the value.</param>
/// <param name="Offset">File offset of the payload: of the first element for an array, of the length for a string.</param>
/// <param name="ElementType">The type of the elements of an array.</param>
/// <param name="Count">The number of elements of an array.</param>
internal readonly record struct GgufValue(GgufValueType Type, long Offset, GgufValueType ElementType, long Count);
