using DePin.Sdk.Chains.Evm.Logs;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Testing;
using static DePin.Sdk.Chains.Tests.Evm.Logs.SimulatedChain;

namespace DePin.Sdk.Chains.Tests.Evm.Logs;

public sealed class EvmLogFollowerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-test-");
    private readonly SimulatedChain _chain = new();

    private string DatabasePath => Path.Combine(_folder.FullName, "index.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task CatchUp_NodeLimitsRanges_ReadsInPartsItAnswers()
    {
        Grow(100);
        _chain.MaxRange = 7;
        await using var follower = await OpenAsync(new() { ReorgHorizon = 10, MaxBlocksPerQuery = 64 });

        await follower.CatchUpAsync();

        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
        Assert.Equal(10, _chain.LogQueries); // only the blocks above the horizon one by one
        Assert.InRange(_chain.RangeQueries, 90 / 7, 40);
    }

    [Fact]
    public async Task CatchUp_SingleBlockIsTooMuch_SaysSo()
    {
        Grow(100);
        _chain.MaxRange = 0;
        await using var follower = await OpenAsync(new() { ReorgHorizon = 10 });

        var refusal = await Assert.ThrowsAsync<EvmRpcException>(() => follower.CatchUpAsync());
        Assert.Equal(EvmRpcError.LimitExceeded, refusal.Kind);
    }

    [Fact]
    public async Task CatchUp_StartBlock_LeavesOlderLogsOut()
    {
        Grow(30);
        await using var follower = await OpenAsync(new() { StartBlock = 20 });

        await follower.CatchUpAsync();

        Assert.Equal(AccountsHandler.Expect(_chain, 20), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_StartBlockIsStillToCome_Waits()
    {
        Grow(5);
        await using var follower = await OpenAsync(new() { StartBlock = 20 });

        await follower.CatchUpAsync();
        Assert.Null(follower.Head);

        Grow(30);
        await follower.CatchUpAsync();
        Assert.Equal(AccountsHandler.Expect(_chain, 20), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_ReorganisedBelowTheFirstBlock_StartsAgainFromItsNewParent()
    {
        Grow(10);
        await using var follower = await OpenAsync(new() { StartBlock = 8, ReorgHorizon = 10 });
        await follower.CatchUpAsync();

        _chain.Drop(8);
        Grow(12);
        await follower.CatchUpAsync();

        Assert.Equal(AccountsHandler.Expect(_chain, 8), AccountsHandler.Dump(follower));
        Assert.Equal(_chain.Blocks[^1].Header.Hash, follower.Head!.Value.Hash);
    }

    [Fact]
    public async Task CatchUp_SiblingOfTheNewestBlock_ReplacesIt()
    {
        Grow(10);
        await using var follower = await OpenAsync();
        await follower.CatchUpAsync();

        _chain.Drop(1);
        Grow(1);
        await follower.CatchUpAsync();

        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_ReorganisedBelowTheHorizon_IsATypedErrorAndChangesNothing()
    {
        Grow(30);
        await using var follower = await OpenAsync(new() { ReorgHorizon = 5, DatabasePath = DatabasePath });
        await follower.CatchUpAsync();
        var before = AccountsHandler.Dump(follower);

        _chain.Drop(6);
        Grow(8);

        var problem = await Assert.ThrowsAsync<EvmReorgException>(() => follower.CatchUpAsync());
        Assert.Equal((25ul, 30ul, false), (problem.LowestKnownBlock, problem.Position, problem.IsTransient));
        Assert.Contains(DatabasePath, problem.Message, StringComparison.Ordinal);
        Assert.Equal(before, AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_ReorganisedToTheHorizon_IsUndone()
    {
        Grow(30);
        await using var follower = await OpenAsync(new() { ReorgHorizon = 5 });
        await follower.CatchUpAsync();

        _chain.Drop(5);
        Grow(8);
        await follower.CatchUpAsync();

        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_NodeFarBehind_IsTransientAndChangesNothing()
    {
        Grow(30);
        await using var follower = await OpenAsync(new() { ReorgHorizon = 5 });
        await follower.CatchUpAsync();
        _chain.Lag = 20;

        var problem = await Assert.ThrowsAsync<DePinException>(() => follower.CatchUpAsync());
        Assert.Equal((DePinErrorCode.Unavailable, true), (problem.Code, problem.IsTransient));

        _chain.Lag = 0;
        await follower.CatchUpAsync();
        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_NodeSlightlyBehind_KeepsWhatIsKnown()
    {
        Grow(10);
        await using var follower = await OpenAsync();
        await follower.CatchUpAsync();
        _chain.Lag = 3;

        await follower.CatchUpAsync();

        Assert.Equal(10ul, follower.Head!.Value.Number);
    }

    public static TheoryData<string> Lies => ["removed", "twice", "other block", "out of range", "two hashes"];

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task CatchUp_AnswerContradictsTheQuestion_IsRefusedAndAppliesNothing(string lie)
    {
        _chain.Append(new Operation(OperationKind.Set, 1, 10), new Operation(OperationKind.Set, 2, 20));
        Grow(lie == "two hashes" ? 5 : 0);
        await using var follower = await OpenAsync(new() { ReorgHorizon = 2 });
        _chain.Answer = logs => logs.Count == 0 ? logs : lie switch
        {
            "removed" => [logs[0] with { Removed = true }],
            "twice" => [logs[0], logs[1], logs[0]],
            "other block" => [logs[0] with { BlockHash = default }],
            "out of range" => [logs[0] with { BlockNumber = 0 }],
            _ => [logs[0], logs[1] with { BlockHash = default }],
        };

        var problem = await Assert.ThrowsAsync<EvmRpcException>(() => follower.CatchUpAsync());
        Assert.Equal(EvmRpcError.Malformed, problem.Kind);
        Assert.Empty(AccountsHandler.Dump(follower));

        _chain.Answer = logs => logs;
        await follower.CatchUpAsync();
        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task CatchUp_HandlerFails_KeepsTheBlockForTheNextTime()
    {
        Grow(3);
        _chain.Append(new Operation(OperationKind.Set, 1, 10), new Operation(OperationKind.Set, 2, 20));
        int applied = 0;
        var handler = new AccountsHandler();
        handler.OnApply = () =>
        {
            if (++applied == 2)
            {
                throw new InvalidOperationException("in the middle");
            }
        };
        await using var follower = await OpenAsync(handler: handler);

        await Assert.ThrowsAsync<InvalidOperationException>(() => follower.CatchUpAsync());
        await follower.CatchUpAsync();

        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task Open_ChainStartedAnew_IsRefused()
    {
        await using (await OpenAsync(new() { DatabasePath = DatabasePath }))
        {
        }

        var problem = await Assert.ThrowsAsync<DePinException>(() => EvmLogFollower.OpenAsync(Other(), new AccountsHandler(), new() { DatabasePath = DatabasePath }, null, null, CancellationToken.None));
        Assert.Equal(DePinErrorCode.StorageFailed, problem.Code);
        Assert.Contains("genesis", problem.Message, StringComparison.Ordinal);

        static SimulatedChain Other()
        {
            var other = new SimulatedChain();
            other.Drop(1);
            other.Append();
            return other;
        }
    }

    [Fact]
    public async Task Open_OtherStartBlock_IsRefused()
    {
        await using (await OpenAsync(new() { DatabasePath = DatabasePath }))
        {
        }

        var problem = await Assert.ThrowsAsync<DePinException>(() => OpenAsync(new() { DatabasePath = DatabasePath, StartBlock = 1 }));
        Assert.Equal(DePinErrorCode.StorageFailed, problem.Code);
        Assert.Contains(DatabasePath, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_TableWithoutRowId_IsRefused()
    {
        var problem = await Assert.ThrowsAsync<ArgumentException>(() => EvmLogFollower.OpenAsync(_chain, new RowlessHandler(), null, null, null, CancellationToken.None));
        Assert.Contains("'rowless'", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 2000, 2)]
    [InlineData(10_001, 2000, 2)]
    [InlineData(128, 0, 2)]
    [InlineData(128, 2000, 0)]
    public async Task Open_OptionOutOfRange_IsRefused(int horizon, int range, int seconds)
    {
        var options = new EvmLogFollowerOptions { ReorgHorizon = horizon, MaxBlocksPerQuery = range, PollInterval = TimeSpan.FromSeconds(seconds) };
        await Assert.ThrowsAsync<ArgumentException>(() => OpenAsync(options));
    }

    [Fact]
    public async Task Run_Nudged_ReadsWithoutWaiting()
    {
        Grow(2);
        var handler = new AccountsHandler();
        await using var follower = await OpenAsync(new() { PollInterval = TimeSpan.FromHours(1) }, handler);
        using var stop = new CancellationTokenSource();
        var seen = new SemaphoreSlim(0);
        handler.OnCommitted = () =>
        {
            if (follower.Head?.Number == (ulong)_chain.HeadNumber)
            {
                seen.Release();
            }
        };
        var running = follower.RunAsync(stop.Token);
        Assert.True(await seen.WaitAsync(TimeSpan.FromMinutes(1)));

        Grow(1);
        follower.Nudge();
        follower.Nudge();
        Assert.True(await seen.WaitAsync(TimeSpan.FromMinutes(1)));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Run_NodeFailsForAWhile_TriesAgainEverMoreSlowlyAndGoesOn()
    {
        Grow(5);
        var time = new ManualTimeProvider();
        int attempts = 0;
        await using var follower = await EvmLogFollower.OpenAsync(_chain, new AccountsHandler(), new() { PollInterval = TimeSpan.FromSeconds(20) }, time, logger: null, CancellationToken.None);
        _chain.OnCall = () =>
        {
            attempts++;
            throw new EvmRpcException(EvmRpcError.TimedOut, "no answer");
        };
        using var stop = new CancellationTokenSource();
        var running = follower.RunAsync(stop.Token);

        foreach (int wait in (int[])[40, 60])
        {
            await time.WaitForTimersAsync().WaitAsync(TimeSpan.FromMinutes(1));
            int before = attempts;
            time.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Equal(before, attempts);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await time.WaitForTimersAsync().WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(3, attempts);
        _chain.OnCall = null;
        time.Advance(TimeSpan.FromMinutes(1));
        await time.WaitForTimersAsync().WaitAsync(TimeSpan.FromMinutes(1));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(AccountsHandler.Expect(_chain), AccountsHandler.Dump(follower));
    }

    [Fact]
    public async Task Run_FailureThatDoesNotPass_EndsWithIt()
    {
        Grow(30);
        await using var follower = await OpenAsync(new() { ReorgHorizon = 5 });
        await follower.CatchUpAsync();
        _chain.Drop(6);
        Grow(8);

        await Assert.ThrowsAsync<EvmReorgException>(() => follower.RunAsync(CancellationToken.None).WaitAsync(TimeSpan.FromMinutes(1)));
    }

    private void Grow(int blocks)
    {
        var random = new Random(17 + _chain.Blocks.Count);
        for (int i = 0; i < blocks; i++)
        {
            _chain.Append([.. Enumerable.Range(0, random.Next(4)).Select(_ => Operation.Random(random))]);
        }
    }

    private Task<EvmLogFollower> OpenAsync(EvmLogFollowerOptions? options = null, AccountsHandler? handler = null) =>
        EvmLogFollower.OpenAsync(_chain, handler ?? new AccountsHandler(), options, time: null, logger: null, CancellationToken.None);

    private sealed class RowlessHandler : IEvmLogHandler
    {
        public string Schema => "CREATE TABLE rowless (id INTEGER PRIMARY KEY) WITHOUT ROWID";

        public void Apply(EvmLogBlock block, IReadOnlyList<EvmLog> logs, EvmLogTransaction transaction) => throw new NotSupportedException();
    }
}
