namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Why a call was reverted, as far as its data tells.</summary>
/// <param name="Error">The error; null when the data is empty or fits none that is known.</param>
/// <param name="Arguments">The error's arguments; empty without an error.</param>
/// <param name="Data">The data as it came.</param>
public sealed record RevertReason(AbiError? Error, IReadOnlyList<AbiValue> Arguments, ReadOnlyMemory<byte> Data)
{
    /// <summary>What <c>require</c> and <c>revert</c> with a text give.</summary>
    public static AbiError Message { get; } = AbiError.Parse("Error(string)");

    /// <summary>What the compiler's own checks give; the code says which.</summary>
    public static AbiError Panic { get; } = AbiError.Parse("Panic(uint256)");

    /// <summary>Reads the data of a revert. Data that fits no error is kept as it is, never refused: the contract chose it.</summary>
    /// <param name="data">The data.</param>
    /// <param name="known">The custom errors that the contract may give.</param>
    public static RevertReason Decode(ReadOnlySpan<byte> data, params IEnumerable<AbiError> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        foreach (var error in known.Append(Message).Append(Panic))
        {
            if (!data.StartsWith(error.Selector))
            {
                continue;
            }

            try
            {
                return new RevertReason(error, error.Decode(data), data.ToArray());
            }
            catch (EvmFormatException)
            {
                // Another error may share the selector.
            }
        }

        return new RevertReason(null, [], data.ToArray());
    }

    /// <summary>The reason in words, for logs and messages.</summary>
    public override string ToString() => Error switch
    {
        null when Data.IsEmpty => "reverted without a reason",
        null => $"reverted with {Hex.Encode(Data.Span)}",
        _ when ReferenceEquals(Error, Message) => Arguments[0].AsText(),
        _ when ReferenceEquals(Error, Panic) => $"panic {Hex.EncodeQuantity(Arguments[0].AsUInt256())}: {PanicText(Arguments[0].AsUInt256())}",
        _ => $"{Error.Name}({string.Join(", ", Arguments)})",
    };

    // Solidity documentation, "Panic via assert and Error via require".
    private static string PanicText(UInt256 code) => code.Upper == UInt128.Zero ? (ulong)code.Lower switch
    {
        0x01 => "an assertion failed",
        0x11 => "arithmetic overflow",
        0x12 => "division by zero",
        0x21 => "no such enum value",
        0x22 => "storage holds a broken byte array",
        0x31 => "pop of an empty array",
        0x32 => "array index out of range",
        0x41 => "too much memory",
        0x51 => "call of an empty function",
        _ => "unknown code",
    }
    : "unknown code";
}
