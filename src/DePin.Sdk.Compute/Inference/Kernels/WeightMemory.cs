using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Memory for packed weights: on Linux in pages of 2 MiB where they are large enough, which saves most of the address translation.</summary>
internal sealed unsafe partial class WeightMemory : IDisposable
{
    private const int HugePage = 2 << 20;
    private const int AdviseHugePage = 14;

    public WeightMemory(long bytes)
    {
        Bytes = bytes;
        bool isHuge = bytes >= HugePage && OperatingSystem.IsLinux();
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)Math.Max(bytes, 64), isHuge ? (nuint)HugePage : 64u);
        if (isHuge)
        {
            // Only whole pages: the rest would take up to 2 MiB of memory for nothing. Advice that is refused costs speed alone.
            _ = Advise(Pointer, (nuint)(bytes / HugePage * HugePage), AdviseHugePage);
        }

        GC.AddMemoryPressure(bytes);
    }

    ~WeightMemory() => Free();

    public byte* Pointer { get; private set; }

    public long Bytes { get; }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);

    private void Free()
    {
        if (Pointer is not null)
        {
            NativeMemory.AlignedFree(Pointer);
            Pointer = null;
            GC.RemoveMemoryPressure(Bytes);
        }
    }
}
