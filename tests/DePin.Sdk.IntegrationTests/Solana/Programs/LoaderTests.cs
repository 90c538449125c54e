using System.Buffers.Binary;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>The upgradeable loader deploys what the linker writes, and refuses it when it is changed: so it reads it as the linker means it.</summary>
public sealed class LoaderTests
{
    private static readonly Dictionary<string, Action<byte[]>> Changes = new()
    {
        ["an unknown instruction"] = static b => b[CodeOf(b)] = 0xff,
        ["a jump out of the code"] = static b => SetInstruction(b, 0x05, offset: 30_000),
        ["a call out of the code"] = static b => SetInstruction(b, 0x85, immediate: 1_000_000),
        ["a write to the frame pointer"] = static b => SetInstruction(b, 0xb7, registers: 10),
        ["a division by zero"] = static b => SetInstruction(b, 0x37),
        ["a shift by 64"] = static b => SetInstruction(b, 0x67, immediate: 64),
        ["another machine"] = static b => BinaryPrimitives.WriteUInt16LittleEndian(b.AsSpan(18), 62),
        ["another type of file"] = static b => BinaryPrimitives.WriteUInt16LittleEndian(b.AsSpan(16), 2),
        ["an unknown syscall"] = static b => b[b.AsSpan().IndexOf("sol_set_return_data"u8) + 4] = (byte)'z',
        ["an entry outside of the code"] = static b => BinaryPrimitives.WriteUInt64LittleEndian(b.AsSpan(24), (ulong)b.Length),
        ["sections outside of the file"] = static b => BinaryPrimitives.WriteUInt64LittleEndian(b.AsSpan(40), (ulong)b.Length),
        ["a relocation outside of the file"] = static b => BinaryPrimitives.WriteUInt64LittleEndian(b.AsSpan(FirstRelocationOf(b)), (ulong)b.Length),
        ["a relocation of another type"] = static b => b[FirstRelocationOf(b) + 8] = 77,
        ["a relocation of no symbol"] = static b => b[FirstRelocationOf(b) + 12] = 77,
    };

    [ProgramFact]
    public async Task Deploy_ProgramAndChangedOnes_RunsAndAreRefused()
    {
        byte[] program = ProgramWriter.Write(Linker.Link(
            new[] { "entry_solana.c", "arithmetic.c", "control.c", "memory.c", "table.c" }.Select(static name => (name, (ReadOnlyMemory<byte>)ComparedProgram.CompileObject(name))).ToArray()));
        var files = new List<byte[]> { program, program[..^100] };
        foreach (var change in Changes.Values)
        {
            byte[] changed = [.. program];
            change(changed);
            files.Add(changed);
        }

        string[] outcomes = await DeployAsync(files);

        Assert.Equal(files.Count, outcomes.Length);
        Assert.Equal("deployed, runs", outcomes[0]);
        Assert.StartsWith("refused", outcomes[1], StringComparison.Ordinal);
        Assert.All(Changes.Keys.Zip(outcomes.Skip(2)), static pair => Assert.True(pair.Second.StartsWith("refused", StringComparison.Ordinal), $"{pair.First}: {pair.Second}"));
    }

    private static async Task<string[]> DeployAsync(List<byte[]> files)
    {
        string folder = Directory.CreateTempSubdirectory("loader").FullName;
        try
        {
            string[] paths = [.. files.Select((bytes, i) =>
            {
                string path = Path.Combine(folder, $"{i}.so");
                File.WriteAllBytes(path, bytes);
                return path;
            })];
            string output = await TestProgram.RunAsync(TimeSpan.FromMinutes(2), await NodePackages.GetFolderAsync(), "node", ["solana-program.mjs", "deploy", .. paths]);
            return output.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int CodeOf(byte[] program) => (int)BinaryPrimitives.ReadUInt64LittleEndian(program.AsSpan(24));

    private static void SetInstruction(byte[] program, byte opcode, byte registers = 0, short offset = 0, int immediate = 0)
    {
        var at = program.AsSpan(CodeOf(program));
        at[0] = opcode;
        at[1] = registers;
        BinaryPrimitives.WriteInt16LittleEndian(at[2..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(at[4..], immediate);
    }

    // The section whose name is .rel.dyn.
    private static int FirstRelocationOf(byte[] program)
    {
        int table = (int)BinaryPrimitives.ReadUInt64LittleEndian(program.AsSpan(40));
        for (int i = 0; ; i++)
        {
            var header = program.AsSpan(table + (i * 64), 64);
            if (BinaryPrimitives.ReadInt32LittleEndian(header[4..]) == 9)
            {
                return (int)BinaryPrimitives.ReadUInt64LittleEndian(header[24..]);
            }
        }
    }
}
