using System.Text.Json;
using DePin.Sdk.Chains.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>Reads the runtime's errors out of the shapes that they have in JSON: a name, or an object of one property, whose name it is.</summary>
internal static class SolanaErrorReader
{
    private const int MaxNameLength = 64;

    /// <summary>A transaction's error; null for JSON's null.</summary>
    public static SolanaTransactionError? Error(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var (name, detail) = Variant(error);
        var read = new SolanaTransactionError { Kind = KindOf<SolanaTransactionErrorKind>(name), Name = name };
        return read.Kind switch
        {
            SolanaTransactionErrorKind.InstructionError => read with { Instruction = Instruction(detail), InstructionIndex = InstructionIndex(detail) },
            SolanaTransactionErrorKind.DuplicateInstruction when detail.ValueKind == JsonValueKind.Number => read with { InstructionIndex = detail.Index(256) },
            _ when detail.ValueKind == JsonValueKind.Object && detail.Optional("account_index"u8) is { } account => read with { AccountIndex = account.Index(256) },
            _ => read,
        };
    }

    /// <summary>The error of an answer's field, which may be missing.</summary>
    public static SolanaTransactionError? ErrorOf(this JsonElement element, ReadOnlySpan<byte> field) => element.Optional(field) is { } error ? Error(error) : null;

    private static int InstructionIndex(JsonElement detail) => detail.ValueKind == JsonValueKind.Array && detail.GetArrayLength() == 2
        ? detail[0].Index(256)
        : throw new SolanaFormatException("An instruction's error is not a pair of an index and an error.", 0);

    private static SolanaInstructionError Instruction(JsonElement detail)
    {
        int index = InstructionIndex(detail);
        var (name, inner) = Variant(detail[1]);
        var kind = KindOf<SolanaInstructionErrorKind>(name);
        return new SolanaInstructionError
        {
            InstructionIndex = index,
            Kind = kind,
            Name = name,
            CustomCode = kind == SolanaInstructionErrorKind.Custom ? inner.GetUInt32() : null,
        };
    }

    private static (string Name, JsonElement Detail) Variant(JsonElement error)
    {
        if (error.ValueKind == JsonValueKind.String)
        {
            return (Printable(error.GetString()!), default);
        }

        if (error.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in error.EnumerateObject())
            {
                return (Printable(property.Name), property.Value);
            }
        }

        throw new SolanaFormatException("An error is neither a name nor an object with one.", 0);
    }

    private static string Printable(string name) => name.Length <= MaxNameLength ? NodeText.Printable(name) : throw new SolanaFormatException($"An error's name has more than {MaxNameLength} characters.", MaxNameLength);

    // Enums read numbers too, which no name starts with.
    private static T KindOf<T>(string name)
        where T : struct, Enum
        => name.Length > 0 && char.IsAsciiLetterUpper(name[0]) && !name.Contains(',', StringComparison.Ordinal) && Enum.TryParse(name, ignoreCase: false, out T kind) ? kind : default;
}
