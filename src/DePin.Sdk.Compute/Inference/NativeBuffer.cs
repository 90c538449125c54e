using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Zeroed single-precision memory that does not move, aligned to cache lines.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private readonly long _bytes;

    public NativeBuffer(long length)
    {
        Length = length;
        _bytes = checked(Math.Max(length, 16) * sizeof(float));
        Pointer = (float*)NativeMemory.AlignedAlloc((nuint)_bytes, 64);
        NativeMemory.Clear(Pointer, (nuint)_bytes);
        GC.AddMemoryPressure(_bytes);
    }

    ~NativeBuffer() => Free();

    public float* Pointer { get; private set; }

    public long Length { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (Pointer is not null)
        {
            NativeMemory.AlignedFree(Pointer);
            Pointer = null;
            GC.RemoveMemoryPressure(_bytes);
        }
    }
}
