using System.Numerics;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Testing;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>Senders that are killed at every step, on a chain that drops, delays and reorganises: every request takes effect once, or never and its owner knows.</summary>
public sealed class EvmSenderCrashTests : IDisposable
{
    private const int Requests = 10;
    private static readonly TimeSpan RealLimit = TimeSpan.FromMinutes(1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-sender-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SendAsync_KilledAtEveryStep_SendsNothingTwiceAndLosesNothing(int quarter)
    {
        for (int seed = quarter * 60; seed < (quarter + 1) * 60; seed++)
        {
            await new Schedule(seed, Path.Combine(_folder.FullName, $"{seed}.db")).RunAsync();
        }
    }

    /// <summary>One random history of lives, blocks and mishaps.</summary>
    private sealed class Schedule(int seed, string journal)
    {
        private readonly Random _random = new(seed);
        private readonly SimulatedChain _chain = new();
        private readonly ManualTimeProvider _clock = new();
        private readonly Secp256k1Signer _signer = Secp256k1Signer.Create();
        private readonly Dictionary<int, bool> _told = [];
        private readonly EvmSenderOptions _options = new()
        {
            JournalPath = journal,
            SigningTimeout = TimeSpan.FromDays(30),
            ReplaceAfter = TimeSpan.FromSeconds(4),
            MaxReplacements = 100,
            MaxInFlight = 4 + (seed % 8),
            Finality = EvmFinality.Confirmations(1 + (seed % 3)),
        };

        private EvmAddress Account => EvmAddress.FromPublicKey(_signer.Point);

        public async Task RunAsync()
        {
            _chain.Fund(Account, 100 * SenderBench.Ether);
            for (int life = 0; _told.Count < Requests; life++)
            {
                // The first lives are short; in the end one has to be long enough.
                await LiveAsync(_random.Next(1, 30 + (life * 10)), isCalm: life > 40);
                Assert.True(life < 100, $"seed {seed}: {Requests - _told.Count} requests are not over after {life} lives");
            }

            await LiveAsync(int.MaxValue, isCalm: true);
            Check();
        }

        private async Task LiveAsync(int steps, bool isCalm)
        {
            using var limit = new CancellationTokenSource(RealLimit);
            var edge = new Mortality(_chain, _signer, steps);
            var opening = EvmSender.OpenAsync(new EvmClient(edge), edge, _options, _clock, cancellationToken: limit.Token);
            await Task.WhenAny(opening, edge.Death);
            if (edge.Death.IsCompleted)
            {
                await limit.CancelAsync();
                await Task.WhenAny(opening);
                if (opening.IsCompletedSuccessfully)
                {
                    await opening.Result.DisposeAsync();
                }

                return;
            }

            var sender = await opening;
            var sending = Enumerable.Range(0, Requests).Select(i => FollowAsync(sender, i)).ToList();
            if (_random.Next(3) == 0)
            {
                sending.Add(CancelAsync(sender, _random.Next(Requests)));
            }

            var all = Task.WhenAll(sending);
            for (int calmRounds = 0; !edge.Death.IsCompleted && !(all.IsCompleted && (steps < int.MaxValue || (IsComplete && (_clock.PendingTimers == 0 || ++calmRounds > 3)))); )
            {
                await Task.WhenAny(edge.Death, all, _clock.WaitForTimersAsync(1, limit.Token));
                Assert.False(limit.IsCancellationRequested, $"seed {seed}: stuck with {_told.Count} requests over");
                Happen(isCalm);
                _clock.Advance(_options.PollInterval);
                await Task.Yield();
            }

            await sender.DisposeAsync();
            await all;
        }

        /// <summary>Whether the chain holds what was told to be on it.</summary>
        private bool IsComplete => _told.Where(told => told.Value).All(told => _chain.Mined.Any(mined => IsFor(mined.Transaction.Data, told.Key)));

        private async Task FollowAsync(EvmSender sender, int id)
        {
            try
            {
                await sender.SendAsync(SenderBench.Request(id, $"request {id}"));
                Tell(id, true);
            }
            catch (EvmSendException problem) when (problem.Error == EvmSendError.Cancelled)
            {
                Assert.False(problem.MayHaveBeenBroadcast);

                // What was cancelled before it was signed is not remembered; its owner may send it after all.
                if (problem.Receipt is not null)
                {
                    Tell(id, false);
                }
            }
            catch (Exception problem) when (problem is ObjectDisposedException or EvmSendException { Error: EvmSendError.Pending or EvmSendError.Unavailable })
            {
                // The next life asks again.
            }
        }

        private static async Task CancelAsync(EvmSender sender, int id)
        {
            try
            {
                await sender.CancelAsync($"request {id}");
            }
            catch (Exception problem) when (problem is ObjectDisposedException or EvmSendException or DePinException { Code: DePinErrorCode.InvalidRequest })
            {
                // Killed, or too early.
            }
        }

        private void Tell(int id, bool isOnChain)
        {
            lock (_told)
            {
                Assert.True(_told.TryAdd(id, isOnChain) || _told[id] == isOnChain, $"seed {seed}: request {id} was told two outcomes");
            }
        }

        private void Happen(bool isCalm)
        {
            switch (isCalm ? 0 : _random.Next(12))
            {
                case < 5:
                    _chain.MaxPerBlock = isCalm ? int.MaxValue : _random.Next(0, 6);
                    _chain.Mine();
                    break;
                case 5:
                    _chain.DropPool();
                    break;
                case 6:
                    _chain.DropPool(nonce => nonce % 3 == 0);
                    break;
                case 7:
                    _chain.BaseFee = (ulong)_random.Next(1, 20) * 1_000_000_000UL;
                    break;
                case 8 when _options.Finality.Depth > 1 && _chain.Head > 3:
                    // Never deeper than what was waited for.
                    _chain.Reorganise(_random.Next(1, _options.Finality.Depth), _random.Next(2) == 0);
                    break;
                case 9 when _options.Finality.Depth == 1 && _chain.Head > 8:
                    // Deeper than what was waited for: it was told, and has to come back.
                    _chain.Reorganise(_random.Next(1, 6), _random.Next(2) == 0);
                    break;
            }
        }

        private void Check()
        {
            var mined = _chain.Mined;
            Assert.Equal(Enumerable.Range(0, mined.Count).Select(i => (ulong)i), mined.Select(transaction => transaction.Transaction.Nonce));
            for (int id = 0; id < Requests; id++)
            {
                int times = mined.Count(transaction => transaction.Transaction.To == SenderBench.Payee && IsFor(transaction.Transaction.Data, id));
                Assert.True(times == (_told[id] ? 1 : 0), $"seed {seed}: request {id} is on the chain {times} times and was told {_told[id]}");
            }

            var paid = _told.Count(told => told.Value);
            Assert.Equal(new BigInteger(paid), _chain.Balance(SenderBench.Payee));
            Assert.All(mined, transaction => Assert.Equal(Account, transaction.RecoverSender()));
        }

        private static bool IsFor(ReadOnlyMemory<byte> data, int id) => data.Span.SequenceEqual(SenderBench.Request(id).Data.Span);
    }
}
