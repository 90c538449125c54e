using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class SchedulerStressTests
{
    private static readonly ChatMessage[] Personas =
    [
        new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."),
        new(ChatRole.System, "You are Tom, the innkeeper of Oakvale. You love gossip about travellers and bandits."),
        new(ChatRole.System, "You are a guard. You say little."),
    ];

    private static readonly string[] Lines = ["Greet the traveller.", "Where can I buy a sword?", "Is the road safe?"];

    [Theory]
    [InlineData(SpeculationMode.None)]
    [InlineData(SpeculationMode.PromptLookup)]
    [InlineData(SpeculationMode.DraftModel)]
    public async Task Everything_AtOnceInLittleMemory_GivesWhatEachGivesAlone(SpeculationMode mode)
    {
        const int Kinds = 9;
        ChatMessage[] Ask(int kind) => [Personas[kind / 3], new(ChatRole.User, Lines[kind % 3])];
        ChatOptions Options(int kind) => new()
        {
            Temperature = 0.9f,
            Seed = kind,
            MaxOutputTokens = 10 + (kind * 3),
            AdditionalProperties = new() { [ComputePropertyNames.Priority] = kind % 2, [ComputePropertyNames.CacheKey] = $"{kind % 2}" },
        };
        string[] alone = new string[Kinds];
        using (var plain = new Engine(o => o.PrefixCacheTokens = 0))
        {
            for (int i = 0; i < Kinds; i++)
            {
                alone[i] = (await plain.Client.GetResponseAsync(Ask(i), Options(i))).Text;
            }
        }

        using var engine = new Engine(o =>
        {
            o.Runner.KeyValueMemoryBytes = Engine.StateBytes(tokens: 512);
            o.Runner.MaxSequences = 5;
            o.Runner.MaxBatchTokens = 24;
            o.MaxQueuedRequests = 1000;
            o.Speculation.Mode = mode;
            o.Speculation.DraftModelPath = mode == SpeculationMode.DraftModel ? TestFiles.Npc : null;
        });

        // What is pinned is not given up, so there must not be too much of it.
        using var pins = new SemaphoreSlim(2);
        await Task.WhenAll(Enumerable.Range(0, 90).Select(async i =>
        {
            int kind = i % Kinds;
            await Task.Yield();
            switch (i % 5)
            {
                case 0:
                    await EndEarlyAsync(engine.Client, Ask(kind), Options(kind), after: i % 7);
                    break;
                case 1:
                    await pins.WaitAsync();
                    using (await engine.Model.PreloadAsync(Ask(kind), Options(kind)))
                    {
                        Assert.Equal(alone[kind], (await engine.Client.GetResponseAsync(Ask(kind), Options(kind))).Text);
                    }

                    pins.Release();
                    break;
                case 2:
                    await SaveAndRestoreAsync(engine.Model, Ask(kind), Options(kind));
                    break;
                default:
                    Assert.Equal(alone[kind], (await engine.Client.GetResponseAsync(Ask(kind), Options(kind))).Text);
                    break;
            }
        }));
        Assert.InRange(engine.Runner.OpenSequences, 0, 512 / 16);
    }

    private static async Task EndEarlyAsync(LocalChatClient client, ChatMessage[] messages, ChatOptions options, int after)
    {
        using var cancellation = new CancellationTokenSource();
        try
        {
            await foreach (var update in client.GetStreamingResponseAsync(messages, options, cancellation.Token))
            {
                if (after-- == 0)
                {
                    await cancellation.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static async Task SaveAndRestoreAsync(LocalModel model, ChatMessage[] messages, ChatOptions options)
    {
        try
        {
            using var state = new MemoryStream();
            await model.SaveStateAsync(messages, state, options);
            state.Position = 0;
            using var kept = await model.RestoreStateAsync(state, options);
        }
        catch (InferenceException e) when (e.Code == InferenceErrorCode.OutOfKeyValueMemory)
        {
            // The memory may be taken by running requests; neither waits for it.
        }
    }
}
