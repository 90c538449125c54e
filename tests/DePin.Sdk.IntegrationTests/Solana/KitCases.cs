using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>What is asked of <c>solana-kit.mjs</c>: the inputs of random cases, in its words.</summary>
internal static class KitCases
{
    /// <summary>kit's order of accounts with the same role: their base 58 as an English dictionary has it, digits first and a small letter before its capital.</summary>
    public static IComparer<SolanaAddress> Order { get; } = Comparer<SolanaAddress>.Create((left, right) =>
    {
        var (one, other) = (left.ToString(), right.ToString());
        int order = string.CompareOrdinal(one.ToLowerInvariant(), other.ToLowerInvariant());
        return order != 0 ? order : -string.CompareOrdinal(one, other);
    });

    public static async Task<JsonElement> AskKitAsync(JsonObject cases)
    {
        string folder = await NodePackages.GetFolderAsync().WaitAsync(TimeSpan.FromMinutes(5));
        var files = Directory.CreateTempSubdirectory("depin-kit-");
        try
        {
            string input = Path.Combine(files.FullName, "cases.json"), output = Path.Combine(files.FullName, "results.json");
            foreach (var part in new[] { "instructions", "messages", "accounts" })
            {
                cases[part] ??= new JsonArray();
            }

            await File.WriteAllTextAsync(input, cases.ToJsonString());
            await TestProgram.RunAsync(TimeSpan.FromMinutes(2), folder, "node", "solana-kit.mjs", input, output);
            return JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(output));
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    public static JsonObject Address(SolanaAddress address) => new() { ["address"] = address.ToString() };

    public static JsonObject Signer(SolanaAddress address) => new() { ["signer"] = address.ToString() };

    public static JsonObject Number(ulong number) => new() { ["number"] = number.ToString() };

    public static JsonObject Optional(JsonNode? value) => value is null ? new JsonObject { ["none"] = true } : new JsonObject { ["some"] = value };

    public static JsonObject Call(string client, string name, JsonObject input, SolanaAddress? program = null) =>
        new() { ["client"] = client, ["name"] = name, ["input"] = input, ["program"] = program?.ToString() };

    public static JsonObject Describe(SolanaInstruction instruction) => new()
    {
        ["program"] = instruction.ProgramId.ToString(),
        ["accounts"] = new JsonArray([.. instruction.Accounts.Select(account => new JsonObject { ["address"] = account.Address.ToString(), ["role"] = Role(account) })]),
        ["data"] = Convert.ToHexStringLower(instruction.Data.Span),
    };

    public static JsonArray Describe(IEnumerable<SolanaLookupTable> tables) => new([.. tables.Select(table => new JsonObject
    {
        ["address"] = table.Address.ToString(),
        ["addresses"] = new JsonArray([.. table.Addresses.Select(address => (JsonNode)address.ToString())]),
    })]);

    private static int Role(SolanaAccountMeta account) => (account.IsSigner ? 2 : 0) + (account.IsWritable ? 1 : 0);
}
