using DePin.Sdk.Tools.SbpfLinker;
using DePin.Sdk.Tools.SbpfLinker.Building;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>Objects as the compiler writes them, whole, broken, and of C that cannot run on Solana.</summary>
public sealed class ClangObjectTests
{
    private const int Rounds = 5_000;

    private static readonly string[] CaseSources = ["entry_solana.c", "arithmetic.c", "control.c", "memory.c", "table.c"];

    [ClangFact]
    public void Link_TruncatedObject_IsRefused()
    {
        byte[] file = ComparedProgram.CompileObject("memory.c");
        for (int length = 0; length < file.Length; length += 7)
        {
            Assert.Throws<LinkException>(() => Linker.Link([("cut.o", file.AsMemory(0, length))]));
        }
    }

    [ClangFact]
    public void Link_MutatedObject_IsRefusedOrLinks()
    {
        byte[][] objects = Array.ConvertAll(CaseSources, ComparedProgram.CompileObject);
        var random = new Random(11);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[][] files = [.. objects];
            int which = random.Next(files.Length);
            byte[] changed = files[which] = [.. files[which]];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            try
            {
                ProgramWriter.Write(Linker.Link(files.Select(static (f, i) => ($"{i}.o", (ReadOnlyMemory<byte>)f)).ToArray()));
            }
            catch (LinkException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, Rounds - 1);
    }

    [ClangFact]
    public void Link_SameSourcesTwice_SameBytes() => Assert.Equal(LinkCases(), LinkCases());

    [ClangFact]
    public void Compile_CThatClangRefuses_SaysWhy()
    {
        var e = Assert.Throws<BuildException>(() => Compile("unsigned long long entrypoint(void) { return missing; }"));

        Assert.Contains("undeclared identifier", e.Message, StringComparison.Ordinal);
    }

    [ClangFact]
    public void Compile_StackBeyondTheFrame_IsRefused()
    {
        var e = Assert.Throws<BuildException>(() => Compile("void use(volatile char *p); void entrypoint(void) { volatile char large[600]; large[0] = 1; use(large); }"));

        Assert.Contains("stack", e.Message, StringComparison.Ordinal);
    }

    [ClangFact]
    public void Link_Variables_AreRefused()
    {
        byte[] file = Compile("static volatile unsigned long long count; unsigned long long entrypoint(void) { return ++count; }");

        Assert.Contains("make them const", Assert.Throws<LinkException>(() => Linker.Link([("a.o", file)])).Message, StringComparison.Ordinal);
    }

    [ClangFact]
    public void Link_FunctionOfTheStandardLibrary_SaysWhatToUse()
    {
        byte[] file = Compile("void *memcpy(void *to, const void *from, unsigned long length); unsigned long long entrypoint(char *a) { memcpy(a, a + 5000, 4000); return 0; }");

        Assert.Contains("sol_memcpy_", Assert.Throws<LinkException>(() => Linker.Link([("a.o", file)])).Message, StringComparison.Ordinal);
    }

    private static byte[] LinkCases() => ProgramWriter.Write(Linker.Link(
        CaseSources.Select(static name => (name, (ReadOnlyMemory<byte>)ComparedProgram.CompileObject(name))).ToArray()));

    private static byte[] Compile(string source)
    {
        string folder = Directory.CreateTempSubdirectory("clang-object").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "a.c"), source);
            Clang.Compile(folder, "a.c", "a.o");
            return File.ReadAllBytes(Path.Combine(folder, "a.o"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
