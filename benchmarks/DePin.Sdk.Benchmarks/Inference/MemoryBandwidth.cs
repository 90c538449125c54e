using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>What threads read from memory when they do nothing but add up a gigabyte.</summary>
internal sealed unsafe partial class MemoryBandwidth : IDisposable
{
    private const long Bytes = 1L << 30;
    private const nuint HugePage = 2 << 20;

    private readonly byte* _memory;

    public MemoryBandwidth()
    {
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)Bytes, HugePage);
        if (OperatingSystem.IsLinux())
        {
            _ = Advise(_memory, (nuint)Bytes, 14);
        }

        NativeMemory.Fill(_memory, (nuint)Bytes, 1);
    }

    /// <summary>Gigabytes a second, the best of three passes.</summary>
    public double Measure(int threads)
    {
        double best = 0;
        for (int pass = 0; pass < 3; pass++)
        {
            var watch = Stopwatch.StartNew();
            var workers = Enumerable.Range(0, threads).Select(i => new Thread(() => Sum(_memory + (Bytes / threads * i), Bytes / threads))).ToArray();
            Array.ForEach(workers, static w => w.Start());
            Array.ForEach(workers, static w => w.Join());
            best = Math.Max(best, Bytes / watch.Elapsed.TotalSeconds / 1e9);
        }

        return best;
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static long Sum(byte* p, long length)
    {
        var a = Vector512<long>.Zero;
        var b = a;
        var c = a;
        var d = a;
        for (long i = 0; i + 256 <= length; i += 256, p += 256)
        {
            a += Vector512.Load((long*)p);
            b += Vector512.Load((long*)(p + 64));
            c += Vector512.Load((long*)(p + 128));
            d += Vector512.Load((long*)(p + 192));
        }

        return Vector512.Sum(a + b + c + d);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
