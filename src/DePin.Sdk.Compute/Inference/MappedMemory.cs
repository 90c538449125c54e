using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Tells the operating system which parts of a mapped file are not needed for now.</summary>
internal static unsafe partial class MappedMemory
{
    private const int DontNeed = 4;

    /// <summary>Gives back the memory of whole pages in a range of a read-only mapping; they are read again when touched. Does nothing where that is not known.</summary>
    public static void Release(byte* start, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        nuint page = (nuint)Environment.SystemPageSize;
        nuint from = ((nuint)start + page - 1) / page * page;
        nuint to = ((nuint)start + (nuint)length) / page * page;
        if (from < to)
        {
            _ = Advise((void*)from, to - from, DontNeed);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* address, nuint length, int advice);
}
