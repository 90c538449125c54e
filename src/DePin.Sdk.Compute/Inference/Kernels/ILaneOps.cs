namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>
/// What the matrix kernels need of one instruction set: vectors of 32-bit lanes, one lane for each row of a panel. The kernels are
/// generic over it, so that each formula is written once; the numbers that come out are the same for every implementation.
/// </summary>
/// <typeparam name="TV">The vector; its lanes are integers, single-precision numbers or groups of four bytes.</typeparam>
internal unsafe interface ILaneOps<TV>
    where TV : struct
{
    /// <summary>Number of lanes; divides 16.</summary>
    static abstract int Lanes { get; }

    /// <summary>What <see cref="DotWide"/> subtracts from each byte of the weights: 128, or 0 where that would cost instructions.</summary>
    static abstract int WideOffset { get; }

    /// <summary>Whether the machine also adds up floats in vectors of twice the lanes, which are then 16.</summary>
    static abstract bool HasDoubleWidth { get; }

    static abstract TV Zero { get; }

    static abstract TV Load(void* source);

    static abstract void Store(TV value, float* target);

    /// <summary>The same four bytes in each lane.</summary>
    static abstract TV Broadcast(void* source);

    static abstract TV Create(int value);

    static abstract TV CreateSingle(float value);

    /// <summary>Signed bytes as integers.</summary>
    static abstract TV WidenSByte(sbyte* source);

    /// <summary>IEEE half-precision numbers as single-precision ones; infinities and NaN become large finite numbers.</summary>
    static abstract TV WidenHalf(ushort* source);

    /// <summary>Bfloat16 numbers as single-precision ones.</summary>
    static abstract TV WidenBFloat16(ushort* source);

    static abstract TV And(TV a, TV b);

    static abstract TV Or(TV a, TV b);

    static abstract TV Add(TV a, TV b);

    static abstract TV ShiftLeft(TV value, int count);

    static abstract TV ShiftRight(TV value, int count);

    /// <summary>The sum of the two signed 16-bit halves of each lane.</summary>
    static abstract TV AddHalves(TV value);

    /// <summary>sum + the four products of each lane; the bytes of the weights are 0 to 63, those of x -127 to 127.</summary>
    static abstract TV Dot(TV sum, TV weights, TV x);

    /// <summary>The same with weights of 0 to 255, less <see cref="WideOffset"/>.</summary>
    static abstract TV DotWide(TV sum, TV weights, TV x);

    /// <summary>Integers as single-precision numbers.</summary>
    static abstract TV ToSingle(TV value);

    static abstract TV Multiply(TV a, TV b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);
}
