using System.Text.Json;
using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;

namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>Derived addresses, their bumps and their base 58 are those of @solana/kit.</summary>
public sealed class KitAddressTests
{
    [NodeFact]
    public async Task Addresses_RandomSeeds_AreThoseOfKit()
    {
        var random = new Random(61);
        var cases = new JsonArray();
        var ours = new List<(SolanaAddress Address, byte Bump)>();
        for (int i = 0; i < 200; i++)
        {
            if (i % 4 == 0)
            {
                SolanaAddress owner = Address(random), mint = Address(random), program = i % 8 == 0 ? TokenProgram.ProgramId : TokenProgram.Token2022ProgramId;
                cases.Add(Case(AssociatedTokenAddress.ProgramId, [owner.ToArray(), program.ToArray(), mint.ToArray()]));
                ours.Add((AssociatedTokenAddress.Find(owner, mint, program, out byte ofAccount), ofAccount));
                continue;
            }

            var owningProgram = Address(random);
            var seeds = Enumerable.Range(0, random.Next(16)).Select(_ => Bytes(random, random.Next(33))).ToArray();
            var added = default(ProgramSeeds);
            foreach (var seed in seeds)
            {
                added.Add(seed);
            }

            cases.Add(Case(owningProgram, seeds));
            ours.Add((ProgramAddress.Find(owningProgram, added, out byte bump), bump));
        }

        var results = await AskKitAsync(cases);

        Assert.Equal(ours.Count, results.GetArrayLength());
        foreach (var ((address, bump), kit) in ours.Zip(results.EnumerateArray()))
        {
            Assert.Equal(kit.GetProperty("address").GetString(), address.ToString());
            Assert.Equal(kit.GetProperty("bump").GetInt32(), bump);
            Assert.Equal(kit.GetProperty("hex").GetString(), Convert.ToHexStringLower(address.ToArray()));
            Assert.Equal(kit.GetProperty("again").GetString(), address.ToString());
        }
    }

    private static async Task<JsonElement> AskKitAsync(JsonArray cases)
    {
        string folder = await NodePackages.GetFolderAsync().WaitAsync(TimeSpan.FromMinutes(5));
        var files = Directory.CreateTempSubdirectory("depin-kit-");
        try
        {
            string input = Path.Combine(files.FullName, "cases.json"), output = Path.Combine(files.FullName, "results.json");
            await File.WriteAllTextAsync(input, cases.ToJsonString());
            await TestProgram.RunAsync(TimeSpan.FromMinutes(2), folder, "node", "solana-addresses.mjs", input, output);
            return JsonSerializer.Deserialize<JsonElement>(await File.ReadAllBytesAsync(output));
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static JsonObject Case(SolanaAddress program, byte[][] seeds) =>
        new() { ["program"] = program.ToString(), ["seeds"] = new JsonArray([.. seeds.Select(seed => (JsonNode)Convert.ToHexStringLower(seed))]) };

    private static SolanaAddress Address(Random random) => new(Bytes(random, 32));

    private static byte[] Bytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
