using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>Senders that are killed at every step, on a cluster that loses, delays, forks and lets blockhashes expire: every request takes effect once.</summary>
public sealed class SolanaSenderCrashTests : IDisposable
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-outbox-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>One request, whose sender dies at every single step that it makes, and one after it that finishes.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task SendAsync_KilledAtOneStep_TakesEffectOnce(bool losesFirst, bool expiresMeanwhile)
    {
        // Later steps are those of the same loop again.
        for (int step = 0; ; step += step < 60 ? 1 : 11)
        {
            var bench = new Lives(Path.Combine(_folder.FullName, $"{step}.db"), seed: step, requests: 1);
            bench.Node.TakesTransactions = !losesFirst;
            bool isDead = await bench.LiveAsync(step, isCalm: true);
            bench.Node.TakesTransactions = true;
            bench.Node.Advance(expiresMeanwhile ? 250 : 1);
            await bench.FinishAsync();
            if (!isDead || step > 400)
            {
                Assert.True(step > 12, $"it was over after {step} steps");
                return;
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SendAsync_KilledAgainAndAgain_SendsNothingTwiceAndLosesNothing(int quarter)
    {
        for (int seed = quarter * 40; seed < (quarter + 1) * 40; seed++)
        {
            var lives = new Lives(Path.Combine(_folder.FullName, $"{seed}.db"), seed, requests: 8);
            for (int life = 0; life < 12; life++)
            {
                // The first lives are short; in the end one is long enough.
                await lives.LiveAsync(lives.Chance.Next(1, 40 + (life * 30)), isCalm: false);
                lives.CheckNothingTwice();
            }

            await lives.FinishAsync();
        }
    }

    /// <summary>One history of lives, blocks and mishaps.</summary>
    private sealed class Lives
    {
        private readonly ManualTimeProvider _clock = new();
        private readonly Ed25519Signer _signer = Ed25519Signer.Create();
        private readonly HashSet<int> _told = [];
        private readonly SolanaSenderOptions _options;
        private readonly int _seed;
        private readonly int _requests;

        public Lives(string journal, int seed, int requests)
        {
            _seed = seed;
            _requests = requests;
            Chance = new Random(seed);
            _options = new SolanaSenderOptions
            {
                JournalPath = journal,
                SigningTimeout = TimeSpan.FromDays(30),
                MaxAttempts = 1 + (seed % 4),
                MaxConcurrency = 1 + (seed % 5),
                Commitment = seed % 3 == 0 ? SolanaCommitment.Finalized : SolanaCommitment.Confirmed,
            };
        }

        public Random Chance { get; }

        public FakeSolanaNode Node { get; } = new();

        /// <summary>Runs a sender for so many steps, or until it has nothing more to do.</summary>
        /// <returns>Whether it was killed.</returns>
        public async Task<bool> LiveAsync(int steps, bool isCalm)
        {
            using var limit = new CancellationTokenSource(RealLimit);
            var edge = new Mortality(Node, _signer, steps);
            var opening = SolanaSender.OpenAsync(edge, edge, _options, _clock, null, limit.Token);
            await Task.WhenAny(opening, edge.Death);
            if (edge.Death.IsCompleted)
            {
                await limit.CancelAsync();
                await Task.WhenAny(opening);
                if (opening.IsCompletedSuccessfully)
                {
                    await opening.Result.DisposeAsync();
                }

                return true;
            }

            var sender = await opening;
            var all = Task.WhenAll(Enumerable.Range(0, _requests).Select(id => FollowAsync(sender, id)));
            int idle = 0;
            while (!edge.Death.IsCompleted && !(all.IsCompleted && (!isCalm || ++idle > 200 || await IsAtRestAsync())))
            {
                await Task.WhenAny(edge.Death, all.IsCompleted ? edge.Death : all, _clock.WaitForTimersAsync(1, limit.Token));
                Assert.False(limit.IsCancellationRequested, $"seed {_seed}: stuck with {_told.Count} requests over");
                lock (Chance)
                {
                    Happen(isCalm);
                }

                _clock.Advance(_options.PollInterval);
                await Task.Yield();
            }

            bool isDead = edge.Death.IsCompleted;
            await sender.DisposeAsync();
            await all;
            return isDead;
        }

        // A sender that asks its node waits for no clock for a moment either; one at rest stays so.
        private async Task<bool> IsAtRestAsync()
        {
            for (int look = 0; look < 5; look++)
            {
                if (_clock.PendingTimers > 0)
                {
                    return false;
                }

                await Task.Delay(TimeSpan.FromMilliseconds(3));
            }

            return _clock.PendingTimers == 0;
        }

        /// <summary>Lets senders run undisturbed until every request has taken effect for good, and checks that it did so once.</summary>
        public async Task FinishAsync()
        {
            (Node.TakesTransactions, Node.StatusLag, Node.Breaks) = (true, 0, static _ => null);
            for (int life = 0; _told.Count < _requests || !Enumerable.Range(0, _requests).All(id => Node.Effects(Memo(id)) > 0); life++)
            {
                Assert.True(life < 100, $"seed {_seed}: {_requests - _told.Count} requests are not over");
                await LiveAsync(int.MaxValue, isCalm: true);
            }

            // Whatever is still on its way anywhere would show now.
            Node.Advance(400);
            await LiveAsync(int.MaxValue, isCalm: true);
            Node.Advance(400);
            Assert.All(Enumerable.Range(0, _requests), id => Assert.True(Node.Effects(Memo(id)) == 1, $"seed {_seed}: request {id} took effect {Node.Effects(Memo(id))} times"));
            _signer.Dispose();
        }

        public void CheckNothingTwice() =>
            Assert.All(Enumerable.Range(0, _requests), id => Assert.True(Node.Effects(Memo(id)) <= 1, $"seed {_seed}: request {id} took effect twice"));

        private static string Memo(int id) => $"request {id}";

        private async Task FollowAsync(SolanaSender sender, int id)
        {
            try
            {
                await sender.SendAsync(SolanaSenderBench.Request(Memo(id), Memo(id)));
                lock (_told)
                {
                    _told.Add(id);
                }
            }
            catch (Exception problem) when (problem is ObjectDisposedException or SolanaSendException { Error: SolanaSendError.Pending or SolanaSendError.Unavailable or SolanaSendError.Expired })
            {
                // The next life asks again.
            }
        }

        private void Happen(bool isCalm)
        {
            switch (isCalm ? 0 : Chance.Next(16))
            {
                case < 6:
                    Node.Advance(isCalm ? 1 : Chance.Next(1, 5), skipsSlots: true);
                    break;
                case 6:
                    Node.DropPool();
                    break;
                case 7:
                    Node.TakesTransactions = Chance.Next(3) > 0;
                    break;
                case 8:
                    Node.Advance(Chance.Next(100, 260));
                    break;
                case 9:
                    // Never what is final.
                    Node.Fork(Chance.Next(1, 12), keepsTransactions: Chance.Next(2) == 0);
                    break;
                case 10:
                    Node.StatusLag = Chance.Next(4) == 0 ? Chance.Next(1, 300) : 0;
                    break;
                case 11:
                    int broken = Chance.Next(3);
                    Node.Breaks = broken == 0 ? static _ => null : method => Breaks(method, broken == 1);
                    break;
            }
        }

        private bool? Breaks(string method, bool afterDelivery)
        {
            lock (Chance)
            {
                return method != "genesis" && Chance.Next(method == "send" ? 2 : 6) == 0 ? afterDelivery : null;
            }
        }
    }
}
