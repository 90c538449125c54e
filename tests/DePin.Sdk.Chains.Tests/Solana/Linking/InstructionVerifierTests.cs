using DePin.Sdk.Tools.SbpfLinker;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.Chains.Tests.Solana.Linking;

public sealed class InstructionVerifierTests
{
    public static TheoryData<ulong, string> Refused => new()
    {
        { Bpf.Make(0x04, 1), "32-bit arithmetic" },
        { Bpf.Make(0xb4, 1, immediate: -1), "32-bit arithmetic" },
        { Bpf.Make(0x16, 1), "jump by 32-bit values" },
        { Bpf.Make(0xdb, 1, 2), "atomic" },
        { Bpf.Make(0x81, 1, 2), "atomic access or a load with sign" },
        { Bpf.Make(0x20), "packets" },
        { Bpf.Make(0x37, 1, immediate: 0), "division by zero" },
        { Bpf.Make(0x97, 1, immediate: 0), "division by zero" },
        { Bpf.Make(0x37, 1, offset: 1, immediate: 3), "later eBPF" },
        { Bpf.Make(0xbf, 1, 2, offset: 8), "later eBPF" },
        { Bpf.Make(0xd7, 1, immediate: 16), "later eBPF" },
        { Bpf.Make(0x67, 1, immediate: 64), "shift by 64" },
        { Bpf.Make(0xc7, 1, immediate: -1), "shift by -1" },
        { Bpf.Make(0xdc, 1, immediate: 8), "byte order of 8 bits" },
        { Bpf.Make(0xb7, 10), "frame pointer" },
        { Bpf.Make(0x79, 10, 1), "frame pointer is written" },
        { Bpf.Make(0xb7, 11), "no register 11" },
        { Bpf.Make(0xbf, 1, 15), "no register 15" },
        { Bpf.Make(0x7b, 10, 1, -4104), "not of this function's stack" },
        { Bpf.Make(0x79, 1, 10, 8), "not of this function's stack" },
        { Bpf.Make(0x7b, 10, 1, -4), "not of this function's stack" },
        { Bpf.Make(0x05, offset: 100), "where none begins" },
        { Bpf.Make(0x15, 1, offset: -3), "where none begins" },
        { Bpf.Make(0x85, immediate: 6), "kernel's function 6" },
        { Bpf.Make(0x85, immediate: -1), "kernel's function -1" },
        { Bpf.Make(0x85, source: 1, immediate: -1), "a call of itself" },
        { Bpf.Make(0x85, source: 1, immediate: 9), "where none begins" },
        { Bpf.Make(0x8d, immediate: 10), "call by a register" },
        { Bpf.Make(0x8d, 3), "call by a register" },
        { Bpf.Make(0xe5, 1), "unknown jump" },
        { Bpf.LoadWide(1), "second half" },
    };

    public static TheoryData<ulong> Accepted =>
    [
        Bpf.Make(0x07, 1, immediate: -1),
        Bpf.Make(0x37, 1, immediate: -1),
        Bpf.Make(0x87, 1),
        Bpf.Make(0x67, 1, immediate: 63),
        Bpf.Make(0xcf, 1, 2),
        Bpf.Make(0xdc, 1, immediate: 64),
        Bpf.Make(0xbf, 1, 10),
        Bpf.Make(0x7b, 10, 1, -8),
        Bpf.Make(0x7b, 10, 1, -4096),
        Bpf.Make(0x73, 10, 1, -1),
        Bpf.Make(0x7a, 1, immediate: 3, offset: 16),
        Bpf.Make(0xdd, 1, 2, offset: -1),
        Bpf.Make(0x85, source: 1, immediate: 0),
        Bpf.Make(0x8d, immediate: 9),
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void Verify_InstructionThatSolanaLacks_IsRefusedWithItsPlace(ulong instruction, string problem)
    {
        var e = Assert.Throws<LinkException>(() => Link(Bpf.ReturnZero, instruction, Bpf.Exit));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        Assert.Contains("instruction 1 of .text", e.Message, StringComparison.Ordinal);
        Assert.Equal(64 + 8, e.Offset);
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Verify_InstructionThatSolanaHas_IsAccepted(ulong instruction) => Assert.Equal(24, Link(Bpf.ReturnZero, instruction, Bpf.Exit).Code.Length);

    [Fact]
    public void Verify_JumpIntoA64BitLoad_IsRefused()
    {
        var e = Assert.Throws<LinkException>(() => Link(Bpf.Make(0x05, offset: 1), Bpf.LoadWide(1), Bpf.Nothing, Bpf.Exit));

        Assert.Contains("where none begins", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Verify_CodeThatRunsOn_IsRefused()
    {
        Assert.Contains("runs on", Assert.Throws<LinkException>(() => Link(Bpf.ReturnZero)).Message, StringComparison.Ordinal);
        Assert.Contains("runs on", Assert.Throws<LinkException>(() => Link(Bpf.LoadWide(1), Bpf.Nothing)).Message, StringComparison.Ordinal);
    }

    private static LinkedProgram Link(params ulong[] instructions)
    {
        var file = new BpfObject();
        file.AddSymbol("entrypoint", file.AddCode(instructions));
        return Linker.Link([("test.o", file.Build())]);
    }
}
