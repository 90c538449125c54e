using System.Collections;

namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>
/// Refuses what Solana's machine does not run, or would run otherwise than the compiler meant: it extends 32-bit results with their sign where eBPF
/// fills with zeros, for one. The loader checks most of this again; here it is known which object is at fault.
/// </summary>
internal sealed class InstructionVerifier
{
    private readonly ProgramLayout _layout;
    private readonly IReadOnlySet<int> _resolvedCalls;
    private readonly BitArray _starts;

    public InstructionVerifier(ProgramLayout layout, IReadOnlySet<int> resolvedCalls)
    {
        _layout = layout;
        _resolvedCalls = resolvedCalls;
        _starts = new BitArray(layout.CodeLength / Sbpf.InstructionSize);
    }

    /// <exception cref="LinkException">An instruction cannot be in a program.</exception>
    public void Verify()
    {
        foreach (var section in _layout.CodeSections)
        {
            MarkStarts(section);
        }

        foreach (var section in _layout.CodeSections)
        {
            int first = IndexOf(section.FileOffset);
            int end = first + (section.Size / Sbpf.InstructionSize);
            for (int i = first; i < end; i++)
            {
                if (_starts[i] && Explain(At(i), i) is { } problem)
                {
                    throw Fault(section, i, problem);
                }
            }

            if (!_starts[end - 1] || At(end - 1).Opcode is not (Sbpf.Exit or Sbpf.Jump or Sbpf.Call or Sbpf.CallRegister))
            {
                throw Fault(section, end - 1, "the section's last instruction runs on into what follows");
            }
        }
    }

    private void MarkStarts(PlacedSection section)
    {
        int first = IndexOf(section.FileOffset);
        int end = first + (section.Size / Sbpf.InstructionSize);
        for (int i = first; i < end; i++)
        {
            _starts[i] = true;
            if (At(i).Opcode != Sbpf.LoadWide)
            {
                continue;
            }

            i++;
            if (i == end || At(i) is not { Opcode: 0, Destination: 0, Source: 0, Offset: 0 })
            {
                throw Fault(section, i - 1, "a 64-bit load lacks its second half");
            }
        }
    }

    private string? Explain(Instruction instruction, int index)
    {
        if (instruction.Destination > Sbpf.FrameRegister || instruction.Source > Sbpf.FrameRegister)
        {
            return $"there is no register {Math.Max(instruction.Destination, instruction.Source)}";
        }

        return instruction.Class switch
        {
            0 => ExplainWide(instruction),
            1 => ExplainMemory(instruction, instruction.Source) ?? ExplainTarget(instruction),
            2 or 3 => ExplainMemory(instruction, instruction.Destination),
            4 => ExplainNarrow(instruction),
            5 => ExplainJump(instruction, index),
            6 => $"a jump by 32-bit values (0x{instruction.Opcode:x2}); compile with -mcpu=v2",
            _ => ExplainArithmetic(instruction),
        };
    }

    private static string? ExplainWide(Instruction instruction) => instruction switch
    {
        { Opcode: not Sbpf.LoadWide } => $"a load of packets (0x{instruction.Opcode:x2}), which only the kernel has",
        { Source: not 0 } => "a 64-bit load of something that only the kernel has, such as a map",
        _ => ExplainTarget(instruction),
    };

    private static string? ExplainTarget(Instruction instruction) =>
        instruction.Destination == Sbpf.FrameRegister ? "the frame pointer is written to" : null;

    private static string? ExplainMemory(Instruction instruction, int address)
    {
        if ((instruction.Opcode & 0xe0) != 0x60)
        {
            return $"an atomic access or a load with sign (0x{instruction.Opcode:x2}); compile with -mcpu=v2 and without atomics";
        }

        bool isOutside = address == Sbpf.FrameRegister && (instruction.Offset < -Sbpf.FrameSize || instruction.Offset + instruction.Width > 0);
        return isOutside ? $"{instruction.Width} bytes at {instruction.Offset} of the frame pointer are not of this function's stack; pass at most five arguments" : null;
    }

    private static string? ExplainNarrow(Instruction instruction)
    {
        if (instruction.Opcode is not (Sbpf.ToLittleEndian or Sbpf.ToBigEndian))
        {
            return $"32-bit arithmetic (0x{instruction.Opcode:x2}), whose results Solana extends with their sign, and eBPF with zeros; compile with -mcpu=v2";
        }

        return instruction.Immediate is 16 or 32 or 64 ? ExplainTarget(instruction) : $"a change of byte order of {instruction.Immediate} bits";
    }

    private static string? ExplainArithmetic(Instruction instruction)
    {
        // Add, subtract, multiply, divide, or, and, shift left, shift right, negate, remainder, exclusive or, move, shift right with sign.
        if (instruction.Operation > 0xc || instruction.Offset != 0 || (instruction.Operation == 8 && instruction.UsesSource))
        {
            return $"arithmetic (0x{instruction.Opcode:x2}) of a later eBPF, such as division with sign; compile with -mcpu=v2 and divide without sign";
        }

        return instruction switch
        {
            { UsesSource: false, Operation: 3 or 9, Immediate: 0 } => "a division by zero",
            { UsesSource: false, Operation: 6 or 7 or 0xc, Immediate: < 0 or > 63 } => $"a shift by {instruction.Immediate}",
            _ => ExplainTarget(instruction),
        };
    }

    private string? ExplainJump(Instruction instruction, int index)
    {
        switch (instruction.Opcode)
        {
            case Sbpf.Exit:
                return null;
            case Sbpf.Call:
                return ExplainCall(instruction, index);
            case Sbpf.CallRegister:
                return instruction is { Immediate: >= 0 and < Sbpf.FrameRegister, Destination: 0 } ? null : "a call by a register, written as newer compilers do it; compile with clang 14";
            default:
                bool isKnown = instruction.Opcode == Sbpf.Jump || instruction.Operation is not (0 or 8 or 9 or > 0xd);
                return !isKnown ? $"an unknown jump (0x{instruction.Opcode:x2})"
                    : IsStart(index + 1 + instruction.Offset) ? null : $"a jump to {instruction.Offset} instructions further on, where none begins";
        }
    }

    private string? ExplainCall(Instruction instruction, int index)
    {
        if (instruction.Immediate == Sbpf.SyscallMark && instruction.Source == Sbpf.CallsRelative)
        {
            return "a call of itself, which is written like a syscall";
        }

        if (_resolvedCalls.Contains((index * Sbpf.InstructionSize) + ProgramLayout.CodeStart) && instruction.Source == 0)
        {
            return null;
        }

        return instruction.Source != Sbpf.CallsRelative ? $"a call of the kernel's function {instruction.Immediate}"
            : IsStart(index + 1L + instruction.Immediate) ? null : $"a call to {instruction.Immediate} instructions further on, where none begins";
    }

    private bool IsStart(long index) => index >= 0 && index < _starts.Length && _starts[(int)index];

    private Instruction At(int index) => new(_layout.Code[(index * Sbpf.InstructionSize)..]);

    private static int IndexOf(int fileOffset) => (fileOffset - ProgramLayout.CodeStart) / Sbpf.InstructionSize;

    private static LinkException Fault(PlacedSection section, int index, string problem)
    {
        int inSection = (index * Sbpf.InstructionSize) + ProgramLayout.CodeStart - section.FileOffset;
        return section.Object.Bytes.Fault(section.Section.FileOffset + (ulong)inSection, $"instruction {inSection / Sbpf.InstructionSize} of {section.Section.Name}: {problem}");
    }
}
