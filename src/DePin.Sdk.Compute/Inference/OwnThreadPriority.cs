using System.Runtime.InteropServices;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Sets the priority of the calling thread, also where .NET leaves it alone.</summary>
/// <remarks>
/// .NET ignores <see cref="Thread.Priority"/> on Linux, because threads of its usual scheduling class have a nice value in its place. That
/// is an attribute of each thread there, contrary to POSIX (setpriority(2), "C library/kernel differences"). Anybody may raise it; to lower
/// it again takes a right (RLIMIT_NICE or CAP_SYS_NICE), without which the thread stays as it is.
/// </remarks>
internal static partial class OwnThreadPriority
{
    // PRIO_PROCESS with the number 0: the calling thread.
    private const int OneThread = 0;
    private const int Caller = 0;

    public static void Set(ThreadPriority priority)
    {
        Thread.CurrentThread.Priority = priority;
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsAndroid())
        {
            return;
        }

        try
        {
            _ = SetPriority(OneThread, Caller, NiceOf(priority));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // An unusual C library. A priority is a wish.
        }
    }

    /// <summary>The nice value that stands for a priority: each step is some 10 percent of a contended processor, five steps a factor of three.</summary>
    internal static int NiceOf(ThreadPriority priority) => priority switch
    {
        ThreadPriority.Lowest => 15,
        ThreadPriority.BelowNormal => 5,
        ThreadPriority.AboveNormal => -5,
        ThreadPriority.Highest => -10,
        _ => 0,
    };

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, int who, int nice);
}
