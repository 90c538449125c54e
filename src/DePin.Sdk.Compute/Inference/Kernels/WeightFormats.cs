using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

internal readonly unsafe struct F32Format : IWeightFormat
{
    public static int ChunkBytes => 128;

    public static int ElementBytes => 4;

    public static float Scale(byte* chunk) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector>(byte* chunk, int column, TVector scale)
        where TOps : struct, IVectorOps<TVector>
        where TVector : struct => TOps.Load((float*)chunk + column);
}

internal readonly unsafe struct F16Format : IWeightFormat
{
    public static int ChunkBytes => 64;

    public static int ElementBytes => 2;

    public static float Scale(byte* chunk) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector>(byte* chunk, int column, TVector scale)
        where TOps : struct, IVectorOps<TVector>
        where TVector : struct => TOps.LoadHalf((ushort*)chunk + column);
}

internal readonly unsafe struct BF16Format : IWeightFormat
{
    public static int ChunkBytes => 64;

    public static int ElementBytes => 2;

    public static float Scale(byte* chunk) => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector>(byte* chunk, int column, TVector scale)
        where TOps : struct, IVectorOps<TVector>
        where TVector : struct => TOps.LoadBFloat16((ushort*)chunk + column);
}

internal readonly unsafe struct Q8Format : IWeightFormat
{
    public static int ChunkBytes => 34;

    public static int ElementBytes => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(byte* chunk) => ScalarOps.LoadHalf((ushort*)chunk);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector>(byte* chunk, int column, TVector scale)
        where TOps : struct, IVectorOps<TVector>
        where TVector : struct => TOps.Multiply(TOps.LoadSByte((sbyte*)chunk + 2 + column), scale);
}

internal readonly unsafe struct Q4Format : IWeightFormat
{
    public static int ChunkBytes => 18;

    public static int ElementBytes => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Scale(byte* chunk) => ScalarOps.LoadHalf((ushort*)chunk);

    // The low halves of the 16 bytes are the weights 0 to 15, the high halves 16 to 31; 16 is a multiple of every lane count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector>(byte* chunk, int column, TVector scale)
        where TOps : struct, IVectorOps<TVector>
        where TVector : struct => TOps.Multiply(
            column < 16 ? TOps.LoadLowNibble(chunk + 2 + column) : TOps.LoadHighNibble(chunk + 2 + column - 16), scale);
}
