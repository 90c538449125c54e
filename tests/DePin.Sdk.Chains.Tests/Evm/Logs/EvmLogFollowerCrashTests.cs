using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Logs;

/// <summary>Random chains that are reorganised between any two answers, and a follower that is killed at any point: its tables always agree with the chain in the end.</summary>
public sealed class EvmLogFollowerCrashTests : IDisposable
{
    private const int Horizon = 6;

    private const int SeedsPerBatch = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-test-");

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, 4)];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Batches))]
    public async Task CatchUp_ReorganisedAndKilledAnywhere_AgreesWithTheChain(int batch)
    {
        int kills = 0;
        for (int seed = SeedsPerBatch * batch; seed < SeedsPerBatch * (batch + 1); seed++)
        {
            try
            {
                kills += await RunAsync(seed);
            }
            catch (Exception problem)
            {
                throw new InvalidOperationException($"With seed {seed}: {problem.Message}", problem);
            }
        }

        Assert.True(kills > SeedsPerBatch, $"Only {kills} kills happened.");
    }

    /// <returns>How often the follower was killed.</returns>
    private async Task<int> RunAsync(int seed)
    {
        var random = new Random(seed);
        var chain = new SimulatedChain();
        var world = new World(chain, random);
        world.Grow(random.Next(60));
        var options = new EvmLogFollowerOptions
        {
            DatabasePath = Path.Combine(_folder.FullName, $"{seed}.db"),
            ReorgHorizon = Horizon,
            MaxBlocksPerQuery = random.Next(1, 20),
            StartBlock = (ulong)random.Next(3) * 4,
        };
        int kills = 0;
        for (int round = 0; round < 4; round++)
        {
            for (int life = 0; life < 8; life++)
            {
                var handler = new AccountsHandler { OnApply = () => world.MayKill(0.05), OnCommitted = () => world.MayKill(0.05) };
                chain.OnCall = () => world.MayHappen(kill: 0.04, change: 0.25);
                try
                {
                    await using var follower = await EvmLogFollower.OpenAsync(chain, handler, options, time: null, logger: null, CancellationToken.None);
                    for (int i = 0; i < 5; i++)
                    {
                        try
                        {
                            await follower.CatchUpAsync();
                        }
                        catch (DePinException passing) when (passing.IsTransient)
                        {
                            // The chain changed between two answers, or the node lags.
                        }
                    }
                }
                catch (KilledException)
                {
                    kills++;
                }
                catch (EvmRpcException silence) when (silence.Kind == EvmRpcError.TimedOut)
                {
                    // The node did not answer while the follower opened its index.
                }
            }

            // A node whose head lies below the index, on the same branch, cannot be told from one that lags: the next blocks show it.
            (chain.OnCall, chain.Lag, chain.MaxRange) = (null, 0, int.MaxValue);
            world.GrowAboveAll();
            await using var calm = await EvmLogFollower.OpenAsync(chain, new AccountsHandler(), options, time: null, logger: null, CancellationToken.None);
            await calm.CatchUpAsync();
            Assert.Equal(AccountsHandler.Expect(chain, options.StartBlock), AccountsHandler.Dump(calm));
            if ((ulong)chain.HeadNumber >= options.StartBlock)
            {
                Assert.Equal((ulong)chain.HeadNumber, calm.Head!.Value.Number);
                Assert.Equal(chain.Blocks[^1].Header.Hash, calm.Head.Value.Hash);
            }
        }

        return kills;
    }

    /// <summary>What goes on around the follower.</summary>
    private sealed class World(SimulatedChain chain, Random random)
    {
        private long _highest;

        public void Grow(int blocks)
        {
            for (int i = 0; i < blocks; i++)
            {
                chain.Append([.. Enumerable.Range(0, Math.Max(0, random.Next(5) - 1)).Select(_ => SimulatedChain.Operation.Random(random))]);
            }

            _highest = Math.Max(_highest, chain.HeadNumber);
        }

        public void GrowAboveAll() => Grow((int)(_highest - chain.HeadNumber) + 1);

        public void MayKill(double probability)
        {
            if (random.NextDouble() < probability)
            {
                throw new KilledException();
            }
        }

        public void MayHappen(double kill, double change)
        {
            MayKill(kill);
            if (random.NextDouble() > change)
            {
                return;
            }

            switch (random.Next(6))
            {
                case 0:
                    // Not below what any answer has called final.
                    int depth = (int)Math.Min(random.Next(1, Horizon + 1), chain.HeadNumber - Math.Max(0, _highest - Horizon));
                    if (depth > 0)
                    {
                        chain.Drop(depth);
                        Grow(random.Next(0, depth + 2));
                    }

                    break;
                case 1:
                    chain.Lag = random.Next(3);
                    break;
                case 2:
                    chain.MaxRange = random.Next(1, 12);
                    break;
                case 3:
                    throw new EvmRpcException(EvmRpcError.TimedOut, "no answer");
                default:
                    Grow(random.Next(1, 4));
                    break;
            }
        }
    }

    private sealed class KilledException : Exception;
}
