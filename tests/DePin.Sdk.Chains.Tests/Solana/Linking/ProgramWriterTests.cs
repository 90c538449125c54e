using System.Buffers.Binary;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.Chains.Tests.Solana.Linking;

public sealed class ProgramWriterTests
{
    [Fact]
    public void Write_SameObjectUnderOtherNames_SameBytes()
    {
        byte[] file = MakeObject();

        Assert.Equal(ProgramWriter.Write(Linker.Link([("a.o", file)])), ProgramWriter.Write(Linker.Link([("/elsewhere/b.o", file)])));
    }

    [Fact]
    public void Write_Program_HasAddressesThatEqualFileOffsets()
    {
        byte[] program = ProgramWriter.Write(Linker.Link([("a.o", MakeObject())]));
        ulong entry = WordAt(program, 24);
        int table = (int)WordAt(program, 40);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(60));

        Assert.Equal("\u007fELF"u8.ToArray(), program[..4]);
        Assert.Equal(3, BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(16)));
        Assert.Equal(247, BinaryPrimitives.ReadUInt16LittleEndian(program.AsSpan(18)));
        Assert.Equal(64ul + (3 * 56), entry);
        Assert.Equal(table + (count * 64), program.Length);
        Assert.Equal(["", ".text", ".rodata", ".dynamic", ".dynsym", ".rel.dyn", ".dynstr", ".shstrtab"], Enumerable.Range(0, count).Select(i => NameOf(program, table, count, i)));
        for (int i = 1; i < count - 1; i++)
        {
            Assert.Equal(WordAt(program, table + (i * 64) + 24), WordAt(program, table + (i * 64) + 16));
        }

        Assert.Contains("sol_log_\0", System.Text.Encoding.Latin1.GetString(program), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ProgramWithoutCallsAndConstants_HasNoTablesForThem()
    {
        var file = new BpfObject();
        file.AddSymbol("entrypoint", file.AddCode(Bpf.ReturnZero, Bpf.Exit));
        byte[] program = ProgramWriter.Write(Linker.Link([("a.o", file.Build())]));
        int table = (int)WordAt(program, 40);

        Assert.Equal(["", ".text", ".dynamic", ".dynsym", ".dynstr", ".shstrtab"], Enumerable.Range(0, 6).Select(i => NameOf(program, table, 6, i)));
    }

    private static byte[] MakeObject()
    {
        var file = new BpfObject();
        int text = file.AddCode(Bpf.CallByName, Bpf.CallByName, Bpf.Exit);
        file.AddSection(".rodata", BpfObject.Allocate, [1, 2, 3]);
        file.AddSymbol("entrypoint", text);
        int log = file.AddSymbol("sol_log_");
        return file.AddRelocation(text, 0, 10, log).AddRelocation(text, 8, 10, log).Build();
    }

    private static string NameOf(byte[] program, int table, int count, int section)
    {
        int names = (int)WordAt(program, table + ((count - 1) * 64) + 24);
        int start = names + BinaryPrimitives.ReadInt32LittleEndian(program.AsSpan(table + (section * 64)));
        return System.Text.Encoding.ASCII.GetString(program.AsSpan(start, program.AsSpan(start).IndexOf((byte)0)));
    }

    private static ulong WordAt(byte[] bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));
}
