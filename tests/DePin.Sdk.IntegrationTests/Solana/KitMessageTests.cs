using System.Text.Json.Nodes;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>Messages and transactions have the bytes that @solana/kit gives them, over many random ones: shared and promoted accounts, lookup tables that also hold signers and programs.</summary>
public sealed class KitMessageTests
{
    private const int Cases = 600;

    [NodeFact]
    public async Task Compile_RandomMessages_HaveTheBytesOfKit()
    {
        var random = new Random(5);
        var samples = new List<Sample>();
        while (samples.Count < Cases)
        {
            var sample = Sample.Draw(random, isLegacy: samples.Count % 3 == 0);
            if (SolanaMessage.Measure(sample.FeePayer, sample.Instructions, sample.Tables, sample.Version).Fits)
            {
                samples.Add(sample);
            }
        }

        var results = await KitCases.AskKitAsync(new JsonObject { ["messages"] = new JsonArray([.. samples.Select(sample => sample.Describe())]) });

        Assert.Equal(Cases, results.GetProperty("messages").GetArrayLength());
        int withLookups = 0;
        foreach (var (sample, result) in samples.Zip(results.GetProperty("messages").EnumerateArray()))
        {
            var inKitsOrder = SolanaMessage.Compile(sample.FeePayer, sample.Instructions, sample.Blockhash, sample.Tables, sample.Version, KitCases.Order);
            string Kit(string name) => result.GetProperty(name).GetString()!;
            Assert.Equal(Kit("compiled"), Convert.ToHexStringLower(inKitsOrder.Encoded.Span));
            Assert.Equal(Kit("again"), Convert.ToHexStringLower(sample.Message.Encoded.Span));
            Assert.Equal(Kit("compiled"), Kit("meant"));

            var signed = await new SolanaTransaction(inKitsOrder).SignAsync(sample.Signers);
            Assert.True(signed.IsComplete);
            Assert.Equal(Kit("transaction"), Convert.ToHexStringLower(signed.Serialize()));
            var partial = await new SolanaTransaction(sample.Message).SignAsync(sample.Signers[0]);
            Assert.Equal(Kit("partial"), Convert.ToHexStringLower(partial.Serialize()));

            AssertMeansTheSame(sample, SolanaTransaction.Deserialize(Convert.FromHexString(Kit("transaction"))).Message);
            withLookups += sample.Message.TableLookups.Count > 0 ? 1 : 0;
        }

        Assert.InRange(withLookups, Cases / 4, Cases);
    }

    private static void AssertMeansTheSame(Sample sample, SolanaMessage message)
    {
        var read = message.Decompile(sample.Tables);
        Assert.Equal(sample.Instructions.Count, read.Count);
        foreach (var (expected, actual) in sample.Instructions.Zip(read))
        {
            Assert.Equal(expected.ProgramId, actual.ProgramId);
            Assert.Equal(expected.Data.ToArray(), actual.Data.ToArray());
            Assert.Equal(expected.Accounts.Select(account => account.Address), actual.Accounts.Select(account => account.Address));

            // What an account may do in one instruction it may do in all.
            Assert.All(expected.Accounts.Zip(actual.Accounts), pair => Assert.True((!pair.First.IsSigner || pair.Second.IsSigner) && (!pair.First.IsWritable || pair.Second.IsWritable)));
        }
    }

    private sealed record Sample(SolanaMessageVersion Version, SolanaHash Blockhash, SolanaAddress FeePayer, IReadOnlyList<SolanaInstruction> Instructions, IReadOnlyList<SolanaLookupTable> Tables)
    {
        private static readonly byte[][] s_seeds = [.. Enumerable.Range(1, 8).Select(seed => Enumerable.Repeat((byte)seed, 32).ToArray())];
        private static readonly Ed25519Signer[] s_keys = [.. s_seeds.Select(seed => Ed25519Signer.FromPrivateKey(seed))];
        private static readonly SolanaAddress[] s_addresses = [.. s_keys.Select(key => new SolanaAddress(key.PublicKey.Bytes.Span))];

        /// <summary>The message with accounts in the order of their first use.</summary>
        public SolanaMessage Message => SolanaMessage.Compile(FeePayer, Instructions, Blockhash, Tables, Version);

        /// <summary>The keys of those who sign, the fee payer's first.</summary>
        public IReadOnlyList<Ed25519Signer> Signers => [.. Message.StaticAccounts.Take(Message.SignerCount).Select(address => s_keys[Array.IndexOf(s_addresses, address)])];

        public static Sample Draw(Random random, bool isLegacy)
        {
            SolanaAddress Any()
            {
                var bytes = new byte[32];
                random.NextBytes(bytes);
                bytes.AsSpan(0, random.Next(3)).Clear(); // shorter texts too
                return new SolanaAddress(bytes);
            }

            SolanaAddress[] programs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Any())];
            SolanaAddress[] plain = [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Any())];
            var instructions = new SolanaInstruction[random.Next(0, 6)];
            for (int i = 0; i < instructions.Length; i++)
            {
                var accounts = new SolanaAccountMeta[random.Next(0, 12)];
                for (int j = 0; j < accounts.Length; j++)
                {
                    accounts[j] = random.Next(10) switch
                    {
                        < 6 => new SolanaAccountMeta(plain[random.Next(plain.Length)], false, random.Next(2) == 0),
                        < 8 => new SolanaAccountMeta(s_addresses[random.Next(4)], random.Next(2) == 0, random.Next(2) == 0),
                        _ => SolanaAccountMeta.Readonly(programs[random.Next(programs.Length)]),
                    };
                }

                var data = new byte[random.Next(8) == 0 ? random.Next(120, 300) : random.Next(20)];
                random.NextBytes(data);
                instructions[i] = new SolanaInstruction(programs[random.Next(programs.Length)], accounts, data);
            }

            var tables = isLegacy ? [] : Enumerable.Range(0, random.Next(0, 4))
                .Select(_ => new SolanaLookupTable(Any(), [.. plain.Concat(programs).Concat(s_addresses).Where(_ => random.Next(2) == 0).Distinct(), Any(), Any()]))
                .OrderBy(table => table.Address, KitCases.Order).ToArray();
            return new Sample(isLegacy ? SolanaMessageVersion.Legacy : SolanaMessageVersion.V0, new SolanaHash(Any().ToArray()), s_addresses[random.Next(6)], instructions, tables);
        }

        public JsonObject Describe() => new()
        {
            ["version"] = Version == SolanaMessageVersion.Legacy ? "legacy" : "v0",
            ["blockhash"] = Blockhash.ToString(),
            ["feePayer"] = FeePayer.ToString(),
            ["instructions"] = new JsonArray([.. Instructions.Select(KitCases.Describe)]),
            ["tables"] = KitCases.Describe(Tables),
            ["seeds"] = new JsonArray([.. Signers.Select(signer => (JsonNode)Convert.ToHexStringLower(s_seeds[Array.IndexOf(s_keys, signer)]))]),
            ["ours"] = Convert.ToHexStringLower(Message.Encoded.Span),
            ["ourTransaction"] = Convert.ToHexStringLower(new SolanaTransaction(Message).Serialize()),
        };
    }
}
