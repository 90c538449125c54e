using DePin.Sdk.Compute.Games;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Tests.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Games;

/// <summary>What a game does to the engine while it answers.</summary>
public sealed class ComputeBudgetTests
{
    private static readonly ChatMessage[] Question = [new(ChatRole.System, Frames.Mira), new(ChatRole.User, "What do you know about the old mine?")];
    private static readonly ChatOptions Options = Frames.Options().Chat;

    [Fact]
    public async Task Threads_ChangedWithinAnAnswer_GivesTheSameTokens()
    {
        using var engine = new Engine(o => o.PrefixCacheTokens = 0);
        engine.Budget.Threads = 2;
        string expected = (await engine.Client.GetResponseAsync(Question, Options)).Text;
        int passes = 0;
        engine.Runner.BeforeForward = () => engine.Budget.Threads = ++passes / 4 % 2 == 0 ? 2 : 1;
        Assert.Equal(expected, (await engine.Client.GetResponseAsync(Question, Options)).Text);
        Assert.InRange(passes, 12, 1000);
    }

    [Fact]
    public async Task IsPaused_WithinAnAnswer_StandsStillAndGoesOn()
    {
        using var engine = new Engine(o => o.PrefixCacheTokens = 0);
        string expected = (await engine.Client.GetResponseAsync(Question, Options)).Text;
        int passes = 0;
        engine.Runner.BeforeForward = () => engine.Budget.IsPaused |= ++passes == 10;
        using var npc = new NpcConversation(engine.Model, Frames.Options());
        npc.Say(Question[1].Text);
        npc.Listen(_ => engine.Budget.IsPaused);

        // What is asked of the engine's thread is done between two passes: no further one comes.
        await engine.Model.SaveStateAsync(Question, Stream.Null);
        for (int i = 0; i < 100; i++)
        {
            npc.Poll();
            await engine.Model.SaveStateAsync(Question, Stream.Null);
        }

        Assert.Equal((10, true), (passes, npc.State is NpcState.Thinking or NpcState.Speaking));
        engine.Budget.IsPaused = false;
        npc.Listen();
        Assert.Equal(expected, npc.Text.ToString());
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(1)]
    public async Task MaxShare_OfTheTime_IsKept(double share)
    {
        var clock = new RestingClock();
        using var engine = new Engine(o => o.Runner.Budget = new ComputeBudget { Threads = 1, MaxShare = share, Clock = clock });
        int passes = 0;
        engine.Runner.BeforeForward = () =>
        {
            passes++;
            clock.Advance(TimeSpan.FromMilliseconds(passes % 5));
        };
        string text = (await engine.Client.GetResponseAsync(Question, Options)).Text;
        Assert.NotEmpty(text);
        Assert.InRange(passes, 10, 1000);
        double total = clock.Worked.TotalMilliseconds + clock.Rested.TotalMilliseconds;
        Assert.InRange(clock.Worked.TotalMilliseconds / total, share - 0.001, share + (share < 1 ? 10 / total : 0));
    }

    [Fact]
    public void MaxShare_OutOfRange_ThrowsArgumentOutOfRangeException()
    {
        var budget = new ComputeBudget();
        Assert.All([0, -1, 1.5, double.NaN], v => Assert.Throws<ArgumentOutOfRangeException>(() => budget.MaxShare = v));
        Assert.Equal(1, budget.MaxShare);
    }

    [LinuxFact]
    public async Task Priority_OnLinux_IsTheNiceValueOfTheEnginesThreads()
    {
        // Lowest is used by no other test, so its threads are this engine's.
        int nice = OwnThreadPriority.NiceOf(ThreadPriority.Lowest);
        using var engine = new Engine();
        engine.Budget.Threads = 2;
        await engine.Client.GetResponseAsync(Question, Options);
        int before = CountThreads(nice);
        engine.Budget.Priority = ThreadPriority.Lowest;
        await engine.Client.GetResponseAsync(Question, Options);
        Assert.Equal((0, 2), (before, CountThreads(nice)));
    }

    [Fact]
    public async Task MemoryLimit_MoreConversationsThanFit_StaysBelow()
    {
        const long Limit = 6 << 20;
        CpuModelRunner runner = null!;
        var options = TestFiles.Options();
        options.Runner.MaxBatchTokens = 64;
        options.Runner.MemoryLimitBytes = Limit;
        options.RunnerFactory = (file, o) => runner = new CpuModelRunner(file, o);
        using var model = LocalModel.Load(TestFiles.Npc, options);
        using var client = new LocalChatClient(model);
        int tokens = 0;
        long most = 0;
        for (int i = 0; i < 24; i++)
        {
            string line = string.Concat(Enumerable.Repeat($"{i} greets the traveller. ", 30));
            var response = await client.GetResponseAsync([new(ChatRole.User, line)], new ChatOptions { MaxOutputTokens = 2 });
            tokens += (int)response.Usage!.TotalTokenCount!;
            most = Math.Max(most, runner.AllocatedBytes);
        }

        Assert.InRange(Engine.StateBytes(tokens), Limit, long.MaxValue);
        Assert.InRange(most, Limit / 2, Limit);
    }

    private static int CountThreads(int nice)
    {
        int count = 0;
        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                // proc(5): the fields after the name in parentheses begin with the third; the nineteenth is the nice value.
                string stat = File.ReadAllText(Path.Combine(task, "stat"));
                count += int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], System.Globalization.CultureInfo.InvariantCulture) == nice ? 1 : 0;
            }
            catch (IOException)
            {
                // The thread has ended meanwhile.
            }
        }

        return count;
    }

    /// <summary>Time that passes only in work and in rests; a rest is over as soon as it is begun.</summary>
    private sealed class RestingClock : TimeProvider
    {
        private long _now;

        public TimeSpan Worked { get; private set; }

        public TimeSpan Rested { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _now);

        public void Advance(TimeSpan time)
        {
            Worked += time;
            Interlocked.Add(ref _now, time.Ticks);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Alarm(this, () => callback(state));

        private sealed class Alarm(RestingClock clock, Action ring) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    clock.Rested += dueTime;
                    Interlocked.Add(ref clock._now, dueTime.Ticks);
                    ThreadPool.QueueUserWorkItem(_ => ring());
                }

                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
