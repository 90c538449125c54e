using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>This assembly as a program: prints what the processor may do and the trace of every file, for a test that switches parts of the processor off.</summary>
internal static class TraceProgram
{
    public static void Main()
    {
        Console.WriteLine($"features {Features()}");
        foreach (string file in InferenceTrace.Files)
        {
            foreach (var type in Enum.GetValues<KeyValueType>())
            {
                Console.WriteLine(Line(file, type, InferenceTrace.Alone(file, 1, 16, type)));
            }
        }
    }

    public static string Line(string file, KeyValueType type, InferenceTrace trace) => $"{file}|{type}|{trace.Digest}|{trace.Tokens}";

    private static string Features() => string.Join(' ', new (string Name, bool IsThere)[]
    {
        ("vector128", Vector128.IsHardwareAccelerated),
        ("fma", Fma.IsSupported),
        ("avx2", Avx2.IsSupported),
        ("avxvnni", AvxVnni.IsSupported),
        ("avx512", Avx512BW.IsSupported),
        ("avx512vnni", Avx512Vbmi.IsSupported),
    }.Where(f => f.IsThere).Select(f => f.Name));
}
