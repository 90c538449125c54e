using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Keys and values of some positions in all layers; sequences with the same beginning share it.</summary>
internal sealed unsafe class KeyValuePage : IDisposable
{
    private readonly long _bytes;

    public KeyValuePage(long bytes)
    {
        _bytes = bytes;
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, 64);
        NativeMemory.Clear(Pointer, (nuint)bytes);
        GC.AddMemoryPressure(bytes);
    }

    ~KeyValuePage() => Free();

    public byte* Pointer { get; private set; }

    /// <summary>How many sequences hold the page.</summary>
    public int References { get; set; } = 1;

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
