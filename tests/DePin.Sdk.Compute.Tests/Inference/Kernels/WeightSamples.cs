using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>A tensor of random bytes with the extremes of its format among them, at the end of its memory, and activations for it.</summary>
internal sealed unsafe class WeightSamples : IDisposable
{
    private readonly GuardedMemory? _guarded;
    private readonly byte* _data;

    public WeightSamples(GgufTensorType type, int rows, int columns, int seed)
    {
        GgufTensorTypeLayout.TryGetBlock(type, out int elements, out int bytes);
        Bytes = new byte[(long)rows * columns / elements * bytes];
        var random = new Random(seed);
        random.NextBytes(Bytes);
        for (int at = 0; at < Bytes.Length; at += bytes)
        {
            Shape(type, Bytes.AsSpan(at, bytes), random);
        }

        if (GuardedMemory.IsSupported)
        {
            _guarded = new GuardedMemory(Bytes);
        }

        _data = _guarded is null ? (byte*)NativeMemory.Alloc((nuint)Bytes.Length) : _guarded.Pointer;
        Bytes.CopyTo(new Span<byte>(_data, Bytes.Length));
        Tensor = new ModelTensor("test", type, rows, columns, "", 0) { Data = _data };
    }

    public byte[] Bytes { get; }

    public ModelTensor Tensor { get; }

    public static IEnumerable<KernelPath> Paths => Enum.GetValues<KernelPath>().Where(KernelPaths.IsSupported);

    /// <summary>Random numbers in which some blocks are zero, tiny or huge.</summary>
    public static float[] Activations(int tokens, int columns, int seed)
    {
        var random = new Random(seed);
        float[] x = new float[tokens * columns];
        for (int i = 0; i < x.Length; i++)
        {
            float magnitude = (i / 32 % 11) switch { 3 => 0, 5 => 1e-39f, 7 => 1e8f, 9 => 1e-20f, _ => 1 };
            x[i] = ((random.NextSingle() * 2) - 1) * magnitude;
        }

        return x;
    }

    public PackedMatrix Pack(KernelPath path, int firstRow = 0, int rows = 0)
    {
        var matrix = PackedMatrix.Create(Tensor, firstRow, rows == 0 ? Tensor.Rows : rows, path);
        matrix.Pack(0, matrix.Groups);
        return matrix;
    }

    public void Dispose()
    {
        if (_guarded is null)
        {
            NativeMemory.Free(_data);
        }
        else
        {
            _guarded.Dispose();
        }
    }

    private static void Shape(GgufTensorType type, Span<byte> block, Random random)
    {
        switch (type)
        {
            case GgufTensorType.F32:
                BitConverter.TryWriteBytes(block, (random.NextSingle() * 2) - 1);
                break;
            case GgufTensorType.F16:
                BitConverter.TryWriteBytes(block, (Half)((random.NextSingle() * 2) - 1));
                break;
            case GgufTensorType.BF16:
                block[1] = (byte)((block[1] & 0x81) | 0x3E);
                break;
            case GgufTensorType.Q6_K:
                Extremes(block, random);
                Scale(block[208..], random);
                break;
            case GgufTensorType.Q4_K or GgufTensorType.Q5_K:
                Extremes(block, random);
                Scale(block, random);
                Scale(block[2..], random);
                break;
            default:
                Scale(block, random);
                Extremes(block[2..], random);
                break;
        }
    }

    private static void Scale(Span<byte> target, Random random)
    {
        Half scale = random.Next(12) switch
        {
            0 => (Half)0,
            1 => Half.Epsilon,
            2 => Half.MaxValue,
            3 => -(Half)0.5f,
            _ => (Half)(random.NextSingle() * 0.1f),
        };
        BitConverter.TryWriteBytes(target, scale);
    }

    private static void Extremes(Span<byte> quants, Random random)
    {
        switch (random.Next(8))
        {
            case 0:
                quants.Fill(0x80);
                break;
            case 1:
                quants.Fill(0x7F);
                break;
            case 2:
                quants.Fill(0xFF);
                break;
            case 3:
                quants.Clear();
                break;
        }
    }
}
