using System.Buffers.Binary;
using System.Text;

namespace DePin.Sdk.Tools.SbpfLinker.Elf;

/// <summary>An object file's bytes: every read is checked against their end.</summary>
internal sealed class ElfBytes(string file, ReadOnlyMemory<byte> bytes)
{
    // Names of C functions are shorter by far; a table without ends is not searched to the end of a large file each time.
    private const int MaxNameLength = 1024;

    public string File { get; } = file;

    public ulong Length => (ulong)bytes.Length;

    public ReadOnlyMemory<byte> Slice(ulong offset, ulong length, string what)
    {
        if (offset > Length || length > Length - offset)
        {
            throw Fault(offset, $"{what} takes {length} bytes, but the file ends after {Length}");
        }

        return bytes.Slice((int)offset, (int)length);
    }

    public byte ReadByte(ulong offset, string what) => Slice(offset, 1, what).Span[0];

    public ushort ReadUInt16(ulong offset, string what) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2, what).Span);

    public uint ReadUInt32(ulong offset, string what) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4, what).Span);

    public ulong ReadUInt64(ulong offset, string what) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8, what).Span);

    /// <summary>Reads the name that begins at a place of a string table and ends with a zero inside it.</summary>
    public string ReadName(ElfSection table, uint start, string what)
    {
        ulong offset = table.FileOffset + start;
        if (start >= table.Size)
        {
            throw Fault(table.FileOffset, $"{what} begins at {start} of a table of {table.Size} bytes");
        }

        var rest = Slice(offset, Math.Min(table.Size - start, MaxNameLength + 1), what).Span;
        int length = rest.IndexOf((byte)0);
        if (length < 0)
        {
            throw Fault(offset, $"{what} does not end within {MaxNameLength} bytes of its table");
        }

        foreach (byte character in rest[..length])
        {
            if (character is < 0x20 or > 0x7e)
            {
                throw Fault(offset, $"{what} holds the byte 0x{character:x2}, which is no printable ASCII");
            }
        }

        return Encoding.ASCII.GetString(rest[..length]);
    }

    public LinkException Fault(ulong offset, string problem) => new(File, (long)Math.Min(offset, long.MaxValue), problem);
}
