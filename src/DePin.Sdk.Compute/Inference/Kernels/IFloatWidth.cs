namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>The width of the vectors of floats beside 256-bit vectors of integers, known to the compiler.</summary>
internal interface IFloatWidth
{
    static abstract bool Is512 { get; }
}

internal readonly struct Floats256 : IFloatWidth
{
    public static bool Is512 => false;
}

internal readonly struct Floats512 : IFloatWidth
{
    public static bool Is512 => true;
}
