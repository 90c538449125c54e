using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="IJobHandler"/> does. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>.</summary>
public sealed class JobHandlerConformance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<string, Func<JobHandlerConformance, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["Run_GoodJob_DeliversSomething"] = c => c.DeliversAsync(),
        ["Run_Usage_NeverSinks"] = c => c.UsageAsync(),
        ["Run_Outputs_StayAsTheyWere"] = c => c.OutputsStayAsync(),
        ["Run_NoMoreAskedFor_EndsWhenDisposed"] = c => c.DisposedAsync(),
        ["Run_Cancelled_Throws"] = c => c.CancelledAsync(),
        ["Run_ManyAtOnce_EachAnswersAsAlone"] = c => c.ConcurrentAsync(),
        ["Run_PayloadOfNoise_IsTheConsumersFault"] = c => c.NoiseAsync(),
    };

    private readonly Func<IJobHandler> _create;
    private readonly ReadOnlyMemory<byte> _payload;

    /// <summary>Makes the suite for an implementation.</summary>
    /// <param name="create">Makes a handler whose answers to the same job are the same.</param>
    /// <param name="payload">A job that it can do, with at least two outputs.</param>
    public JobHandlerConformance(Func<IJobHandler> create, ReadOnlyMemory<byte> payload)
    {
        _create = create;
        _payload = payload;
    }

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    /// <summary>Runs a case.</summary>
    /// <exception cref="ConformanceException">The implementation fails it.</exception>
    public Task RunAsync(string caseName) => Cases[caseName](this);

    private async Task DeliversAsync()
    {
        var handler = _create();
        Expect.True(handler.Kind is { Length: > 0 and <= 64 }, "the kind has 1 to 64 characters");
        Expect.True((await ReadAsync(handler).ConfigureAwait(false)).Count(update => !update.Output.IsEmpty) >= 2, "at least two outputs");
    }

    private async Task UsageAsync()
    {
        var before = default(JobUsage);
        foreach (var update in await ReadAsync(_create()).ConfigureAwait(false))
        {
            Expect.True(update.Usage.InputTokens >= before.InputTokens && update.Usage.OutputTokens >= before.OutputTokens, "usage is cumulative");
            before = update.Usage;
        }

        Expect.True(before.InputTokens + before.OutputTokens > 0, "work uses tokens");
    }

    private async Task OutputsStayAsync()
    {
        var (kept, copies) = (new List<ReadOnlyMemory<byte>>(), new List<byte[]>());
        await foreach (var update in _create().RunAsync(Job(_payload)).ConfigureAwait(false))
        {
            kept.Add(update.Output);
            copies.Add(update.Output.ToArray());
        }

        for (int i = 0; i < kept.Count; i++)
        {
            Expect.True(kept[i].Span.SequenceEqual(copies[i]), "the memory of an output is not used again");
        }
    }

    private async Task DisposedAsync()
    {
        var outputs = _create().RunAsync(Job(_payload)).GetAsyncEnumerator();
        Expect.True(await outputs.MoveNextAsync().ConfigureAwait(false), "a first output");
        await outputs.DisposeAsync().AsTask().WaitAsync(Patience).ConfigureAwait(false);
    }

    private async Task CancelledAsync()
    {
        using var stop = new CancellationTokenSource();
        int outputs = 0;
        try
        {
            await foreach (var update in _create().RunAsync(Job(_payload), stop.Token).ConfigureAwait(false))
            {
                outputs++;
                await stop.CancelAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ConformanceException($"Expected: cancelled after the first output, a job throws OperationCanceledException. It ended well after {outputs}.");
    }

    private async Task ConcurrentAsync()
    {
        var handler = _create();
        var alone = await ReadAsync(handler).ConfigureAwait(false);
        foreach (var together in await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ReadAsync(handler)))).ConfigureAwait(false))
        {
            Expect.Equal(alone.Count, together.Count, "outputs of a job among others");
            Expect.Equal(alone[^1].Usage, together[^1].Usage, "usage of a job among others");
        }
    }

    private async Task NoiseAsync()
    {
        var random = new Random(7);
        for (int i = 0; i < 200; i++)
        {
            var noise = new byte[1 + random.Next(64)];
            random.NextBytes(noise);
            noise[0] |= 0x07;
            try
            {
                await foreach (var update in _create().RunAsync(Job(noise)).ConfigureAwait(false))
                {
                    break;
                }
            }
            catch (DePinException refusal)
            {
                Expect.True(refusal.Code is DePinErrorCode.InvalidRequest or DePinErrorCode.InvalidFrame or DePinErrorCode.MessageTooLarge or DePinErrorCode.Unsupported, $"a payload of noise is refused as the consumer's, not with {refusal.Code}");
                continue;
            }

            throw new ConformanceException("A payload of noise was taken for a job.");
        }
    }

    private async Task<List<JobUpdate>> ReadAsync(IJobHandler handler)
    {
        var updates = new List<JobUpdate>();
        await foreach (var update in handler.RunAsync(Job(_payload)).ConfigureAwait(false))
        {
            updates.Add(update);
        }

        return updates;
    }

    private JobRequest Job(ReadOnlyMemory<byte> payload) => new() { Id = JobId.New(), Kind = _create().Kind, Model = "conformance", Payload = payload };
}
