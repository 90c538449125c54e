using System.Buffers.Binary;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>One instruction, or one half of a 64-bit load.</summary>
internal readonly struct Instruction
{
    public Instruction(ReadOnlySpan<byte> bytes)
    {
        Opcode = bytes[0];
        Destination = bytes[1] & 15;
        Source = bytes[1] >> 4;
        Offset = BinaryPrimitives.ReadInt16LittleEndian(bytes[2..]);
        Immediate = BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]);
    }

    public byte Opcode { get; }

    public int Destination { get; }

    public int Source { get; }

    public short Offset { get; }

    public int Immediate { get; }

    /// <summary>Load, store, arithmetic or jump.</summary>
    public int Class => Opcode & 7;

    /// <summary>What is done, for arithmetic and jumps.</summary>
    public int Operation => Opcode >> 4;

    public bool UsesSource => (Opcode & 8) != 0;

    /// <summary>How many bytes a load or store moves.</summary>
    public int Width => (Opcode >> 3 & 3) switch { 0 => 4, 1 => 2, 2 => 1, _ => 8 };
}
