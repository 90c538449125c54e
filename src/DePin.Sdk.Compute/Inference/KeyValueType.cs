namespace DePin.Sdk.Compute.Inference;

/// <summary>How keys and values of the context are kept.</summary>
public enum KeyValueType
{
    /// <summary>Single precision: exact, four bytes an element.</summary>
    F32,

    /// <summary>Eight bits with a scale for each 32 elements of a head: a little over a quarter of the memory, a small error.</summary>
    Q8,
}
