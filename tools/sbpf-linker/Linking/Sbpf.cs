namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>The virtual machine of Solana, version 0 of its bytecode, as far as it differs from the kernel's eBPF or a writer must know it.</summary>
internal static class Sbpf
{
    /// <summary>Where a program is mapped: what lies at file offset N has the address <c>ProgramStart + N</c>.</summary>
    public const ulong ProgramStart = 1UL << 32;

    public const int InstructionSize = 8;

    /// <summary>A function's stack; what clang allows is less (512).</summary>
    public const int FrameSize = 4096;

    /// <summary>The program account of the upgradeable loader holds no more, with its header.</summary>
    public const int MaxProgramSize = 10 * 1024 * 1024;

    /// <summary>The frame pointer, which nothing may write to.</summary>
    public const int FrameRegister = 10;

    public const byte LoadWide = 0x18;
    public const byte Call = 0x85;
    public const byte CallRegister = 0x8d;
    public const byte Exit = 0x95;
    public const byte Jump = 0x05;
    public const byte ToLittleEndian = 0xd4;
    public const byte ToBigEndian = 0xdc;

    /// <summary>What the source register of a call is where the instruction itself holds the distance to the target.</summary>
    public const int CallsRelative = 1;

    /// <summary>The immediate of a call that the loader binds to a syscall by its relocation.</summary>
    public const int SyscallMark = -1;
}
