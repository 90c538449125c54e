using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class GenerationSchedulerTests
{
    private const string Long = "Mind the bridge, traveller, and the bandits beyond it. ";

    private static ChatMessage[] Ask(string text, int times = 1) => [new(ChatRole.User, string.Concat(Enumerable.Repeat(text, times)))];

    private static ChatOptions Options(int tokens, int priority = 0) =>
        new() { Temperature = 0.8f, Seed = 1, MaxOutputTokens = tokens, AdditionalProperties = new() { [ComputePropertyNames.Priority] = priority } };

    [Fact]
    public async Task Step_Paused_RunsNothingAndLosesNothing()
    {
        using var engine = new Engine();
        string expected = (await engine.Client.GetResponseAsync(Ask(Long), Options(20))).Text;
        engine.Budget.IsPaused = true;
        int before = engine.Runner.Tokens;
        var response = engine.Client.GetResponseAsync(Ask(Long), Options(20));
        using var cancellation = new CancellationTokenSource();
        var cancelled = engine.Client.GetResponseAsync(Ask("Greet."), Options(20), cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.Equal((before, false), (engine.Runner.Tokens, response.IsCompleted));
        engine.Budget.IsPaused = false;
        Assert.Equal(expected, (await response).Text);
    }

    [Fact]
    public async Task Step_PromptBesideAnAnswer_ComesInChunks()
    {
        using var engine = new Engine(
            o =>
            {
                o.PromptChunkTokens = 7;
                o.Runner.MaxBatchTokens = 64;
            },
            TestFiles.Stories);
        GenerationSequence Create(int prompt, int answer) => new(
            [.. Enumerable.Range(0, prompt).Select(i => 3 + (i * 7 % 500))], answer, new Sampler(new SamplingOptions { Temperature = 0 }, new NeverEnding())) { Lookahead = answer };
        engine.Budget.IsPaused = true;
        GenerationSequence[] both = [Create(4, 100), Create(400, 1)];
        Array.ForEach(both, engine.Model.Scheduler.Submit);
        engine.Budget.IsPaused = false;
        await Task.WhenAll(both.Select(s => s.Released));

        // Until the short prompt is read, the long one fills the batch; from then on it comes in pieces.
        var batches = engine.Runner.Batches;
        int answering = batches.FindIndex(b => b.Any(t => t.Sequence == both[0].Handle && t.Position == 4));
        var mixed = batches.Skip(answering).Where(b => b.Any(t => t.Sequence == both[1].Handle)).ToList();
        Assert.InRange(mixed.Count, (400 - (2 * 64)) / 7, 400);
        Assert.All(mixed, b => Assert.InRange(b.Length, 2, 8));
        Assert.All(mixed, b => Assert.Single(b, t => t.Sequence == both[0].Handle));
    }

    [Fact]
    public async Task Step_NoAnswerInTheMaking_PromptFillsTheBatch()
    {
        using var engine = new Engine(o =>
        {
            o.PromptChunkTokens = 7;
            o.Runner.MaxBatchTokens = 32;
        });
        await engine.Client.GetResponseAsync(Ask(Long, 6), Options(1));
        Assert.Equal(32, engine.Runner.Batches[0].Length);
    }

    [Fact]
    public async Task Admit_HigherPriority_IsReadFirst()
    {
        using var engine = new Engine(o =>
        {
            o.PrefixCacheTokens = 0;
            o.Runner.MaxBatchTokens = 64;
        });
        engine.Budget.IsPaused = true;
        var background = engine.Client.GetResponseAsync(Ask(Long, 8), Options(2));
        var line = engine.Client.GetResponseAsync(Ask("Where can I buy a sword? " + Long, 3), Options(2, priority: 1));
        engine.Budget.IsPaused = false;
        await Task.WhenAll(background, line);
        var batches = engine.Runner.Batches;
        var first = Assert.Single(batches[0].Select(t => t.Sequence).Distinct());
        int lastRead = batches.FindIndex(b => b.Any(t => t.Sequence == first && t.Position == (line.Result.Usage!.InputTokenCount - 1)));
        Assert.InRange(lastRead, 1, batches.Count);
        Assert.InRange(batches.FindIndex(b => b.Any(t => t.Sequence != first)), lastRead + 1, int.MaxValue);
    }

    [Fact]
    public async Task Admit_MoreThanPlaces_WaitInOrderOfPriority()
    {
        using var engine = new Engine(o =>
        {
            o.Runner.MaxSequences = 1;
            o.MaxQueuedRequests = 2;
        });
        engine.Budget.IsPaused = true;
        List<int> ended = [];
        async Task Run(int number, int priority)
        {
            await engine.Client.GetResponseAsync(Ask($"{number} greets you. "), Options(3, priority));
            lock (ended)
            {
                ended.Add(number);
            }
        }

        Task[] running = [Run(1, 0), Run(2, 0), Run(3, 5)];
        var refused = await Assert.ThrowsAsync<InferenceException>(() => Run(4, 9));
        Assert.Equal(InferenceErrorCode.TooManySequences, refused.Code);
        engine.Budget.IsPaused = false;
        await Task.WhenAll(running);
        Assert.All(engine.Runner.Batches, b => Assert.Single(b.Select(t => t.Sequence).Distinct()));
        Assert.Equal(3, ended.Count);
    }

    [Fact]
    public async Task Admit_MemoryTakenByRunning_WaitsWhereItMay()
    {
        void Configure(LocalModelOptions o)
        {
            o.Runner.ContextLength = 256;
            o.Runner.KeyValueMemoryBytes = Engine.StateBytes(tokens: 320);
        }

        using var refusing = new Engine(Configure);
        await using (var first = refusing.Client.GetStreamingResponseAsync(Ask("Greet."), new ChatOptions { Temperature = 0 }).GetAsyncEnumerator())
        {
            Assert.True(await first.MoveNextAsync());
            var error = await Assert.ThrowsAsync<InferenceException>(() => refusing.Client.GetResponseAsync(Ask("Hello.")));
            Assert.Equal(InferenceErrorCode.OutOfKeyValueMemory, error.Code);
        }

        using var waiting = new Engine(o =>
        {
            Configure(o);
            o.MaxQueuedRequests = 10;
        });
        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => waiting.Client.GetResponseAsync(Ask($"{i}. Greet."), new ChatOptions { Temperature = 0 })));
        Assert.All(responses, r => Assert.True(r.Usage!.OutputTokenCount > 0));
    }

    [Fact]
    public async Task Cancel_Waiting_LeavesTheQueue()
    {
        using var engine = new Engine(o =>
        {
            o.Runner.MaxSequences = 1;
            o.MaxQueuedRequests = 1;
        });
        await using (var first = engine.Client.GetStreamingResponseAsync(Ask("Greet."), Options(200)).GetAsyncEnumerator())
        {
            Assert.True(await first.MoveNextAsync());
            for (int i = 0; i < 3; i++)
            {
                using var cancellation = new CancellationTokenSource();
                var second = engine.Client.GetResponseAsync(Ask("Hello."), Options(5), cancellation.Token);
                await cancellation.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
            }
        }

        Assert.Equal(5, (await engine.Client.GetResponseAsync(Ask(Long), Options(5))).Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task Step_RunnerFails_EndsWhatRunsAndServesTheNext()
    {
        using var engine = new Engine();
        engine.Budget.IsPaused = true;
        var running = Enumerable.Range(0, 3).Select(i => engine.Client.GetResponseAsync(Ask($"{i}. Greet."), Options(5))).ToArray();
        engine.Runner.BeforeForward = () => throw new InvalidOperationException("Broken.");
        engine.Budget.IsPaused = false;
        foreach (var response in running)
        {
            var error = await Assert.ThrowsAsync<InferenceException>(() => response);
            Assert.Equal((InferenceErrorCode.EngineFailure, "Broken."), (error.Code, error.InnerException!.Message));
        }

        engine.Runner.BeforeForward = null;
        Assert.Equal(0, engine.Runner.OpenSequences);
        Assert.Equal(5, (await engine.Client.GetResponseAsync(Ask(Long), Options(5))).Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task Step_PriorityOfTheBudget_IsThatOfTheThread()
    {
        using var engine = new Engine();
        List<ThreadPriority> seen = [];
        engine.Runner.BeforeForward = () => seen.Add(Thread.CurrentThread.Priority);
        engine.Budget.Priority = ThreadPriority.BelowNormal;
        await engine.Client.GetResponseAsync(Ask("Greet."), Options(2));
        Assert.All(seen, p => Assert.Equal(ThreadPriority.BelowNormal, p));
        engine.Budget.Priority = ThreadPriority.Normal;
        await engine.Client.GetResponseAsync(Ask("Greet."), Options(2));
        Assert.Equal(ThreadPriority.Normal, seen[^1]);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.8f)]
    public async Task Step_ManyTokens_AllocatesNothing(float temperature)
    {
        const int WarmUp = 100;
        const int Window = 20;
        using var engine = new Engine(path: TestFiles.Stories);
        engine.Runner.Records = false;
        long start = 0;
        long least = long.MaxValue;
        int passes = 0;

        // What ends a story is not sampled.
        var sampling = new SamplingOptions { Temperature = temperature, TopK = 40, TopP = 0.95f, RepetitionPenalty = 1.1f, Seed = 5 };
        var sequence = new GenerationSequence([1, 5, 6, 7], 500, new Sampler(sampling, new NeverEnding()));
        engine.Runner.BeforeForward = () =>
        {
            // The reader is always up to date.
            while (sequence.Tokens.TryRead(out _))
            {
            }

            // A collection that another test causes counts the rest of this thread's allocation buffer, and every 32 tokens take a page:
            // so it is asked whether some stretch was free of both. What each token allocates would show in all of them.
            if (++passes >= WarmUp && passes % Window == 0)
            {
                long now = GC.GetAllocatedBytesForCurrentThread();
                least = start > 0 ? Math.Min(least, now - start) : least;
                start = now;
            }
        };
        engine.Model.Scheduler.Submit(sequence);
        await sequence.Released;
        Assert.Equal(500, sequence.GeneratedCount);
        Assert.Equal(0, least);
    }

    /// <summary>Forbids the tokens that end a story.</summary>
    private sealed class NeverEnding : ITokenConstraint
    {
        public bool IsFinished => false;

        public bool Allows(int token) => token >= 3;

        public void Apply(Span<float> logits) => logits[..3].Fill(float.NegativeInfinity);

        public void Accept(int token)
        {
        }
    }
}
