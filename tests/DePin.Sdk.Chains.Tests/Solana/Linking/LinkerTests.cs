using System.Buffers.Binary;
using DePin.Sdk.Tools.SbpfLinker;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.Chains.Tests.Solana.Linking;

public sealed class LinkerTests
{
    private const uint Address = 1;
    private const uint Pointer = 2;
    private const uint Call = 10;
    private const ulong ProgramStart = 1UL << 32;
    private const int CodeStart = 64 + (3 * 56);

    [Fact]
    public void Link_EntryBehindOtherCode_EntryIsWhereItsInstructionLies()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.Exit, Bpf.ReturnZero, Bpf.Exit);
        file.AddSymbol("entrypoint", text, 8);

        var program = Link(file);

        Assert.Equal(CodeStart + 8, program.Entry);
        Assert.Equal(24, program.Code.Length);
        Assert.Empty(program.Syscalls);
    }

    [Fact]
    public void Link_CallOfAnotherObject_HoldsTheDistance()
    {
        var caller = new BpfObject();
        int text = caller.AddCode(Bpf.CallByName, Bpf.Exit);
        caller.AddSymbol("entrypoint", text);
        caller.AddRelocation(text, 0, Call, caller.AddSymbol("other"));
        var callee = new BpfObject();
        callee.AddSymbol("other", callee.AddCode(Bpf.Exit, Bpf.ReturnZero, Bpf.Exit), 8);

        var program = Link(caller, callee);

        Assert.Equal(Bpf.Make(0x85, source: 1, immediate: 2), WordAt(program.Code, 0));
    }

    [Fact]
    public void Link_CallOfASectionsSymbol_CountsFromItsStart()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.Make(0x85, source: 1, immediate: 1), Bpf.Exit, Bpf.ReturnZero, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        file.AddRelocation(text, 0, Call, file.AddSymbol("", text, binding: 0));

        Assert.Equal(Bpf.Make(0x85, source: 1, immediate: 1), WordAt(Link(file).Code, 0));
    }

    [Fact]
    public void Link_CallOfTheRuntime_IsLeftToTheLoader()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.CallByName, Bpf.CallByName, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        file.AddRelocation(text, 8, Call, file.AddSymbol("sol_log_"));
        file.AddRelocation(text, 0, Call, file.AddSymbol("abort"));

        var program = Link(file);

        Assert.Equal([new SyscallSite(CodeStart, "abort"), new SyscallSite(CodeStart + 8, "sol_log_")], program.Syscalls);
        Assert.Equal(Bpf.Make(0x85, immediate: -1), WordAt(program.Code, 0));
        Assert.Equal(["abort", "sol_log_"], program.SyscallNames);
    }

    [Fact]
    public void Link_AddressOfConstants_IsWhereTheyLieInTheFile()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.LoadWide(1, 3), Bpf.Nothing, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        int constants = file.AddSection(".rodata", BpfObject.Allocate, [1, 2, 3, 4, 5], alignment: 1);
        file.AddRelocation(text, 0, Address, file.AddSymbol("", constants, binding: 0));

        var program = Link(file);
        ulong address = (uint)(WordAt(program.Code, 0) >> 32) | (WordAt(program.Code, 8) & 0xffffffff00000000);

        Assert.Equal(ProgramStart + CodeStart + 24 + 3, address);
        Assert.Equal([1, 2, 3, 4, 5, 0, 0, 0], program.ReadOnlyData.ToArray());
    }

    [Fact]
    public void Link_TableOfPointers_HoldsAddresses()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.ReturnZero, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        int table = file.AddSection(".data.rel.ro", BpfObject.Allocate | BpfObject.Write, BpfObject.ToBytes(8, 0));
        file.AddRelocation(table, 0, Pointer, file.AddSymbol("", text, binding: 0));
        file.AddRelocation(table, 8, Pointer, file.AddSymbol("table", table));

        var program = Link(file);

        Assert.Equal(ProgramStart + CodeStart + 8, WordAt(program.ReadOnlyData, 0));
        Assert.Equal(ProgramStart + CodeStart + 16, WordAt(program.ReadOnlyData, 8));
    }

    [Fact]
    public void Link_AlignedSections_LieWhereTheirAlignmentSays()
    {
        var file = new BpfObject();
        file.AddSymbol("entrypoint", file.AddCode(Bpf.ReturnZero, Bpf.Exit));
        file.AddSection(".rodata", BpfObject.Allocate, [7], alignment: 1);
        file.AddSection(".rodata.cst64", BpfObject.Allocate, [9], alignment: 64);

        var program = Link(file);
        int second = program.ReadOnlyData.Span.IndexOf((byte)9);

        Assert.Equal(7, program.ReadOnlyData.Span[0]);
        Assert.Equal(0, (CodeStart + program.Code.Length + second) % 64);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Link_WeakAndStrongDefinition_StrongIsCalled(bool strongComesFirst)
    {
        var caller = new BpfObject();
        int text = caller.AddCode(Bpf.CallByName, Bpf.Exit);
        caller.AddSymbol("entrypoint", text);
        caller.AddRelocation(text, 0, Call, caller.AddSymbol("other"));
        var weak = new BpfObject();
        weak.AddSymbol("other", weak.AddCode(Bpf.Exit), binding: 2);
        var strong = new BpfObject();
        strong.AddSymbol("other", strong.AddCode(Bpf.ReturnZero, Bpf.Exit));

        var program = strongComesFirst ? Link(caller, strong, weak) : Link(caller, weak, strong);

        Assert.Equal(strongComesFirst ? 1 : 2, (int)(WordAt(program.Code, 0) >> 32));
    }

    [Fact]
    public void Link_SectionsThatDoNotRun_AreLeftOut()
    {
        var file = new BpfObject();
        file.AddSymbol("entrypoint", file.AddCode(Bpf.ReturnZero, Bpf.Exit));
        file.AddSection(".comment", 0, [1, 2, 3]);
        file.AddSection(".eh_frame", BpfObject.Allocate, [1, 2, 3]);
        file.AddSection(".bss", BpfObject.Allocate | BpfObject.Write, [], type: 8);

        Assert.Equal(0, Link(file).ReadOnlyData.Length);
    }

    [Fact]
    public void Link_SameNameTwice_NamesBothObjects()
    {
        var file = new BpfObject();
        file.AddSymbol("entrypoint", file.AddCode(Bpf.ReturnZero, Bpf.Exit));

        var e = Assert.Throws<LinkException>(() => Link(file, file));

        Assert.Equal("1.o", e.File);
        Assert.Contains("'entrypoint' is defined here and in 0.o", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memcpy", "sol_memcpy_")]
    [InlineData("__divdi3", "run-time library")]
    [InlineData("printf", "no syscall")]
    public void Link_UndefinedFunction_SaysWhatToDo(string name, string advice)
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.CallByName, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        file.AddRelocation(text, 0, Call, file.AddSymbol(name));

        var e = Assert.Throws<LinkException>(() => Link(file));

        Assert.Contains(advice, e.Message, StringComparison.Ordinal);
        Assert.Equal("0.o", e.File);
        Assert.NotNull(e.Offset);
    }

    [Fact]
    public void Link_NoEntry_IsRefused()
    {
        var file = new BpfObject();
        file.AddSymbol("main", file.AddCode(Bpf.ReturnZero, Bpf.Exit));

        Assert.Contains("'entrypoint'", Assert.Throws<LinkException>(() => Link(file)).Message, StringComparison.Ordinal);
        Assert.Throws<LinkException>(() => Link());
    }

    [Theory]
    [InlineData(".data", BpfObject.Allocate | BpfObject.Write, 1u, 8ul)]
    [InlineData(".bss", BpfObject.Allocate | BpfObject.Write, 8u, 1ul << 40)]
    public void Link_Variables_AreRefused(string name, ulong flags, uint type, ulong size)
    {
        var file = new BpfObject();
        file.AddSymbol("entrypoint", file.AddCode(Bpf.ReturnZero, Bpf.Exit));
        file.AddSection(name, flags, type == 8 ? [] : new byte[8], type: type, size: size);

        Assert.Contains("make them const", Assert.Throws<LinkException>(() => Link(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Address, 8ul, "no 64-bit load")]
    [InlineData(Address, 24ul, "which has 24")]
    [InlineData(Address, ulong.MaxValue, "which has 24")]
    [InlineData(Pointer, 0ul, "as if it were data")]
    [InlineData(Call, 0ul, "where no call is")]
    [InlineData(3u, 0ul, "type 3")]
    public void Link_RelocationOfTheWrongPlace_IsRefused(uint type, ulong offset, string problem)
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.LoadWide(1), Bpf.Nothing, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        file.AddRelocation(text, offset, type, file.AddSymbol("", text, binding: 0));

        Assert.Contains(problem, Assert.Throws<LinkException>(() => Link(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Link_AddressPastASection_IsRefused()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.LoadWide(1, 25), Bpf.Nothing, Bpf.Exit);
        file.AddSymbol("entrypoint", text);
        file.AddRelocation(text, 0, Address, file.AddSymbol("", text, binding: 0));

        Assert.Contains("outside of its section", Assert.Throws<LinkException>(() => Link(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OtherMachineOrType_IsRefused()
    {
        Assert.Contains("machine 62", Assert.Throws<LinkException>(() => Link(new BpfObject { Machine = 62 })).Message, StringComparison.Ordinal);
        Assert.Contains("type 2", Assert.Throws<LinkException>(() => Link(new BpfObject { Type = 2 })).Message, StringComparison.Ordinal);
        Assert.Contains("no ELF", Assert.Throws<LinkException>(() => Linker.Link([("a.o", new byte[64])])).Message, StringComparison.Ordinal);
    }

    private static LinkedProgram Link(params BpfObject[] files) =>
        Linker.Link([.. files.Select(static (file, i) => ($"{i}.o", (ReadOnlyMemory<byte>)file.Build()))]);

    private static ulong WordAt(ReadOnlyMemory<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[offset..]);
}
