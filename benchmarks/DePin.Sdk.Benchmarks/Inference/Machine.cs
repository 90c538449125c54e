using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Facts of the machine that a benchmark runs on.</summary>
internal static class Machine
{
    public static string Describe()
    {
        string model = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(static l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "?"
            : RuntimeInformation.ProcessArchitecture.ToString();
        string vectors = Vector512.IsHardwareAccelerated ? "AVX-512" : Avx2.IsSupported ? "AVX2" : "128-bit vectors";
        return $"{model}, {Environment.ProcessorCount} cores, {vectors}{(AvxVnni.IsSupported ? " and AVX-VNNI" : "")}, .NET {Environment.Version}";
    }

    /// <summary>The most memory that was resident in this process, file pages included.</summary>
    public static long PeakMemory() => OperatingSystem.IsLinux()
        ? long.Parse(File.ReadLines("/proc/self/status").First(static l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024
        : Process.GetCurrentProcess().PeakWorkingSet64;
}
