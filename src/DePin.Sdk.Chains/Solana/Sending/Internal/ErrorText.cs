using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Solana.Rpc;

namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>Errors of transactions as they lie in the journal.</summary>
internal static class ErrorText
{
    public static string Write(SolanaTransactionError error) => new JsonObject
    {
        ["kind"] = error.Kind.ToString(),
        ["name"] = error.Name,
        ["account"] = error.AccountIndex,
        ["index"] = error.InstructionIndex,
        ["instruction"] = error.Instruction is not { } instruction ? null : new JsonObject
        {
            ["index"] = instruction.InstructionIndex,
            ["kind"] = instruction.Kind.ToString(),
            ["name"] = instruction.Name,
            ["custom"] = instruction.CustomCode,
        },
    }.ToJsonString();

    public static SolanaTransactionError Read(string text)
    {
        var root = JsonElement.Parse(text);
        return new SolanaTransactionError
        {
            Kind = Enum.TryParse<SolanaTransactionErrorKind>(root.GetProperty("kind").GetString(), out var kind) ? kind : SolanaTransactionErrorKind.Unknown,
            Name = root.GetProperty("name").GetString()!,
            AccountIndex = Number(root.GetProperty("account")),
            InstructionIndex = Number(root.GetProperty("index")),
            Instruction = root.GetProperty("instruction") is { ValueKind: JsonValueKind.Object } instruction ? ReadInstruction(instruction) : null,
        };
    }

    private static SolanaInstructionError ReadInstruction(JsonElement instruction) => new()
    {
        InstructionIndex = instruction.GetProperty("index").GetInt32(),
        Kind = Enum.TryParse<SolanaInstructionErrorKind>(instruction.GetProperty("kind").GetString(), out var kind) ? kind : SolanaInstructionErrorKind.Unknown,
        Name = instruction.GetProperty("name").GetString()!,
        CustomCode = instruction.GetProperty("custom") is { ValueKind: JsonValueKind.Number } code ? code.GetUInt32() : null,
    };

    private static int? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;
}
