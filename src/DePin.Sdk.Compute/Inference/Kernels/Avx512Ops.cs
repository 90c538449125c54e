using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Sixteen lanes. Without a 512-bit dot product instruction only the float kernels are faster with it.</summary>
internal readonly unsafe struct Avx512Ops : ILaneOps<Vector512<int>>
{
    public static int Lanes => 16;

    public static bool HasDoubleWidth => false;

    public static int WideOffset => 0;

    public static Vector512<int> Zero => Vector512<int>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Load(void* source) => Vector512.Load((int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<int> value, float* target) => Vector512.Store(value.AsSingle(), target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Broadcast(void* source) => Vector512.Create(*(int*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Create(int value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> CreateSingle(float value) => Vector512.Create(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> WidenSByte(sbyte* source) => Avx512F.ConvertToVector512Int32(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> WidenHalf(ushort* source)
    {
        var bits = Avx512F.ConvertToVector512Int32(Vector256.Load(source));
        var sign = (bits & Vector512.Create(0x8000)) << 16;

        // Moving the exponent to its place leaves it 112 too low; a multiplication repairs it, for subnormal numbers too.
        var magnitude = ((bits & Vector512.Create(0x7FFF)) << 13).AsSingle() * Vector512.Create(0x77800000).AsSingle();
        return magnitude.AsInt32() | sign;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> WidenBFloat16(ushort* source) => Avx512F.ConvertToVector512Int32(Vector256.Load(source)) << 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> And(Vector512<int> a, Vector512<int> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Or(Vector512<int> a, Vector512<int> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Add(Vector512<int> a, Vector512<int> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftLeft(Vector512<int> value, int count) => value << count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ShiftRight(Vector512<int> value, int count) => value >>> count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> AddHalves(Vector512<int> value) => Avx512BW.MultiplyAddAdjacent(value.AsInt16(), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Dot(Vector512<int> sum, Vector512<int> weights, Vector512<int> x) =>
        sum + Avx512BW.MultiplyAddAdjacent(Avx512BW.MultiplyAddAdjacent(weights.AsByte(), x.AsSByte()), Vector512<short>.One);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> DotWide(Vector512<int> sum, Vector512<int> weights, Vector512<int> x)
    {
        var low = Avx512BW.MultiplyAddAdjacent(weights.AsInt16() & Vector512.Create((short)0xFF), (x.AsInt16() << 8) >> 8);
        return sum + low + Avx512BW.MultiplyAddAdjacent((weights.AsUInt16() >>> 8).AsInt16(), x.AsInt16() >> 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> ToSingle(Vector512<int> value) => Vector512.ConvertToSingle(value).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Multiply(Vector512<int> a, Vector512<int> b) => (a.AsSingle() * b.AsSingle()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> MultiplyAdd(Vector512<int> a, Vector512<int> b, Vector512<int> c) =>
        Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).AsInt32();
}
