namespace DePin.Sdk.Chains.Tests.Solana.Linking;

/// <summary>Instructions as numbers: opcode, destination, source, offset, immediate.</summary>
internal static class Bpf
{
    public const ulong Exit = 0x95;
    public const ulong Nothing = 0;

    /// <summary>Sets the result to zero.</summary>
    public const ulong ReturnZero = 0xb7;

    public static ulong Make(byte opcode, int destination = 0, int source = 0, short offset = 0, int immediate = 0) =>
        opcode | ((ulong)destination << 8) | ((ulong)source << 12) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)immediate << 32);

    /// <summary>A call whose target a relocation names, as compilers write it.</summary>
    public static ulong CallByName => Make(0x85, source: 1, immediate: -1);

    /// <summary>The first half of a 64-bit load.</summary>
    public static ulong LoadWide(int destination, int immediate = 0) => Make(0x18, destination, immediate: immediate);
}
