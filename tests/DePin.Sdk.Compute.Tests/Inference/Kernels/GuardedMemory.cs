using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Tests.Inference.Kernels;

/// <summary>Memory whose end is followed by a page that may not be touched: reading one byte too far ends the test run.</summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _start;
    private readonly nuint _length;

    public GuardedMemory(ReadOnlySpan<byte> content)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint usable = ((nuint)content.Length + page - 1) / page * page;
        _length = usable + page;
        _start = (byte*)Map(null, _length, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, (nint)_start);
        Assert.Equal(0, Protect(_start + usable, page, 0));
        Pointer = _start + usable - content.Length;
        content.CopyTo(new Span<byte>(Pointer, content.Length));
    }

    public static bool IsSupported => OperatingSystem.IsLinux();

    public byte* Pointer { get; }

    public void Dispose() => Assert.Equal(0, Unmap(_start, _length));

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
