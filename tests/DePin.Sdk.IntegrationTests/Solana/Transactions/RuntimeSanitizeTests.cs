using System.Text.Json;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana.Transactions;

/// <summary>Of transactions with changed counts, keys and indexes, exactly those are read that Solana's own runtime takes for well-formed.</summary>
public sealed class RuntimeSanitizeTests
{
    private const int Cases = 5_000;

    [NodeFact]
    public async Task Deserialize_ChangedCountsAndIndexes_AgreesWithTheRuntime()
    {
        var random = new Random(17);
        var cases = Enumerable.Range(0, Cases).Select(_ => Change(random)).ToArray();

        var verdicts = await AskRuntimeAsync(cases);

        Assert.Equal(Cases, verdicts.Length);
        Assert.InRange(verdicts.Count(isTaken => isTaken), Cases / 10, Cases * 9 / 10);
        foreach (var (transaction, isTaken) in cases.Zip(verdicts))
        {
            var problem = Record.Exception(() => SolanaTransaction.Deserialize(transaction));
            Assert.True(problem is null or SolanaFormatException, problem?.ToString());
            Assert.True(isTaken == problem is null, $"The runtime {(isTaken ? "takes" : "refuses")} {Convert.ToHexStringLower(transaction)}; here: {problem?.Message ?? "read"}");
        }
    }

    private static async Task<bool[]> AskRuntimeAsync(byte[][] cases)
    {
        string folder = await NodePackages.GetFolderAsync().WaitAsync(TimeSpan.FromMinutes(5));
        var files = Directory.CreateTempSubdirectory("depin-sanitize-");
        try
        {
            string input = Path.Combine(files.FullName, "cases.json"), output = Path.Combine(files.FullName, "results.json");
            await File.WriteAllTextAsync(input, JsonSerializer.Serialize(cases.Select(Convert.ToHexStringLower)));
            await TestProgram.RunAsync(TimeSpan.FromMinutes(2), folder, "node", "solana-sanitize.mjs", input, output);
            return JsonSerializer.Deserialize<bool[]>(await File.ReadAllBytesAsync(output))!;
        }
        finally
        {
            files.Delete(recursive: true);
        }
    }

    private static byte[] Change(Random random)
    {
        var message = Draw(random);
        var bytes = new SolanaTransaction(message).Serialize();
        int start = 1 + (64 * message.SignerCount);
        for (int change = random.Next(0, 3); change > 0; change--)
        {
            ChangeOne(random, message, bytes.AsSpan(start));
        }

        return bytes;
    }

    /// <summary>Changes a byte that is no length.</summary>
    private static void ChangeOne(Random random, SolanaMessage message, Span<byte> bytes)
    {
        bool isLegacy = message.Version == SolanaMessageVersion.Legacy;
        int header = isLegacy ? 0 : 1, keys = header + 4;
        int instructions = keys + (32 * message.StaticAccounts.Count) + 32 + 1;
        byte near = (byte)random.Next(message.AccountCount + 2);
        switch (random.Next(3))
        {
            case 0:
                bytes[header + random.Next(3)] = (byte)random.Next(message.StaticAccounts.Count + 2);
                break;
            case 1 when isLegacy:
                // With lookups the runtime would miss the tables before it saw that an account is there twice.
                int from = random.Next(message.StaticAccounts.Count), to = random.Next(message.StaticAccounts.Count);
                bytes.Slice(keys + (32 * from), 32).CopyTo(bytes[(keys + (32 * to))..]);
                break;
            default:
                int at = instructions;
                var target = message.Instructions[random.Next(message.Instructions.Count)];
                foreach (var instruction in message.Instructions)
                {
                    if (ReferenceEquals(instruction, target))
                    {
                        int account = random.Next(-1, instruction.AccountIndexes.Length);
                        bytes[account < 0 ? at : at + 2 + account] = near;
                        return;
                    }

                    at += 3 + instruction.AccountIndexes.Length + instruction.Data.Length;
                }

                break;
        }
    }

    private static SolanaMessage Draw(Random random)
    {
        var addresses = Enumerable.Range(0, 8).Select(_ => Any(random)).ToArray();
        SolanaAddress One() => addresses[random.Next(addresses.Length)];
        var instructions = Enumerable.Range(0, random.Next(1, 4)).Select(_ => new SolanaInstruction(
            random.Next(2) == 0 ? MemoProgram.ProgramId : Any(random),
            Enumerable.Range(0, random.Next(5)).Select(_ => new SolanaAccountMeta(One(), random.Next(4) == 0, random.Next(2) == 0)).ToArray(),
            new byte[random.Next(10)])).ToArray();
        SolanaLookupTable[] tables = random.Next(2) == 0 ? [] : [new(Any(random), addresses[..4]), new(Any(random), addresses[3..6])];
        return SolanaMessage.Compile(One(), instructions, new SolanaHash(Any(random).ToArray()), tables);
    }

    private static SolanaAddress Any(Random random)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return new SolanaAddress(bytes);
    }
}
