using DePin.Sdk.Compute.Inference;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests;

public sealed class LocalChatClientTests
{
    private const string Prompt = "Once upon a time";

    private static readonly LocalChatClient Client = new(TestFiles.StoriesModel);

    private static string GoldenText => TestFiles.Json("TestData/golden_once_upon_a_time.json").GetProperty("text").GetString()!;

    [Fact]
    public async Task GetResponse_Greedy_ContinuesAsReference()
    {
        var response = await Client.GetResponseAsync(Prompt, new ChatOptions { Temperature = 0, MaxOutputTokens = 100 });
        Assert.StartsWith(Prompt + response.Text, GoldenText, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.Equal((5L, 100L, 105L), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount));
        Assert.Equal("stories260K-f32", response.ModelId);
        Assert.Equal(100, response.AdditionalProperties![ComputePropertyNames.OutputTokens]);
        Assert.Equal(5, response.AdditionalProperties[ComputePropertyNames.InputTokens]);
    }

    [Fact]
    public async Task GetStreamingResponse_Tokens_AreMeteredExactly()
    {
        var updates = await Client.GetStreamingResponseAsync(Prompt, new ChatOptions { Temperature = 0.9f, Seed = 3, MaxOutputTokens = 60 }).ToListAsync();
        Assert.Equal(5, updates[0].AdditionalProperties![ComputePropertyNames.InputTokens]);
        Assert.DoesNotContain(updates.Skip(1), u => u.AdditionalProperties?.ContainsKey(ComputePropertyNames.InputTokens) == true);
        Assert.Equal(60, updates.Sum(TokensOf));
        Assert.All(updates.SkipLast(1), u => Assert.True(u.Text.Length > 0 && TokensOf(u) > 0));
        Assert.Equal(60, updates[^1].Contents.OfType<UsageContent>().Single().Details.OutputTokenCount);
        Assert.Equal(ChatFinishReason.Length, updates[^1].FinishReason);
        Assert.Single(updates.Select(u => (u.ResponseId, u.MessageId, u.ModelId)).Distinct());
    }

    [Fact]
    public async Task GetResponse_SameSeed_GivesSameText()
    {
        var options = new ChatOptions { Temperature = 1, Seed = 5, MaxOutputTokens = 40 };
        string first = (await Client.GetResponseAsync(Prompt, options)).Text;
        Assert.Equal(first, (await Client.GetResponseAsync(Prompt, options)).Text);
        options.Seed = 6;
        Assert.NotEqual(first, (await Client.GetResponseAsync(Prompt, options)).Text);
    }

    [Theory]
    [InlineData("Lily")]
    [InlineData("big, red")]
    [InlineData("She l", "zzz")]
    [InlineData(" ")]
    [InlineData("there was")]
    public async Task GetStreamingResponse_StopSequence_CutsBeforeIt(params string[] stops)
    {
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 100, StopSequences = [.. stops] };
        var updates = await Client.GetStreamingResponseAsync(Prompt, options).ToListAsync();
        string expected = GoldenText[Prompt.Length..];
        string text = string.Concat(updates.Select(u => u.Text));
        Assert.Equal(expected[..expected.IndexOf(stops[0], StringComparison.Ordinal)], text);
        Assert.Equal(ChatFinishReason.Stop, updates[^1].FinishReason);
        Assert.Equal(updates.Sum(TokensOf), updates[^1].Contents.OfType<UsageContent>().Single().Details.OutputTokenCount);
    }

    [Fact]
    public async Task GetStreamingResponse_StopSequenceThatNeverComes_LosesNothing()
    {
        string expected = (await Client.GetResponseAsync(Prompt, new ChatOptions { Temperature = 0, MaxOutputTokens = 30 })).Text;
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 30, StopSequences = [expected[^3..] + "never", "Lilz"] };
        var updates = await Client.GetStreamingResponseAsync(Prompt, options).ToListAsync();
        Assert.Equal(expected, string.Concat(updates.Select(u => u.Text)));
        Assert.Equal(30, updates.Sum(TokensOf));
    }

    [Fact]
    public async Task GetResponse_ModelEndsItsTurn_FinishesWithStop()
    {
        using var client = LocalChatClient.Load(TestFiles.Npc, TestFiles.Options());
        var response = await client.GetResponseAsync("Greet the traveller.", new ChatOptions { Temperature = 0, MaxOutputTokens = 200 });
        var golden = TestFiles.Json("Golden/npc-dialogue.json").GetProperty("prompts")[2];
        int[] ids = golden.GetProperty("greedy_ids").Ints();
        if (ids[^1] == TestFiles.Json("Golden/npc-dialogue.json").GetProperty("eos_id").GetInt32())
        {
            Assert.Equal(golden.GetProperty("greedy_text").GetString(), response.Text);
            Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
            Assert.Equal(ids.Length - 1, response.Usage!.OutputTokenCount);
        }
        else
        {
            Assert.StartsWith(golden.GetProperty("greedy_text").GetString()!, response.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task GetResponse_ManyAtOnce_EachEqualsItsLoneRun()
    {
        string[] prompts = ["Once upon a time", "Lily", "The dog", "One day, a boy", "She said", "There was"];
        ChatOptions Options(int i) => new() { Temperature = 0.7f, Seed = i, MaxOutputTokens = 50 + i };
        var alone = new List<string>();
        for (int i = 0; i < 24; i++)
        {
            alone.Add((await Client.GetResponseAsync(prompts[i % prompts.Length], Options(i))).Text);
        }

        var together = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Client.GetResponseAsync(prompts[i % prompts.Length], Options(i))));
        Assert.Equal(alone, together.Select(r => r.Text));
    }

    [Fact]
    public async Task GetStreamingResponse_TooManyAtOnce_ThrowsAndRecovers()
    {
        using var client = LocalChatClient.Load(TestFiles.Stories, TestFiles.Options(maxSequences: 2));
        var options = new ChatOptions { Temperature = 0 };
        await using var first = client.GetStreamingResponseAsync(Prompt, options).GetAsyncEnumerator();
        await using var second = client.GetStreamingResponseAsync(Prompt, options).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        Assert.True(await second.MoveNextAsync());
        var error = await Assert.ThrowsAsync<InferenceException>(() => client.GetResponseAsync(Prompt, options));
        Assert.Equal((InferenceErrorCode.TooManySequences, true), (error.Code, error.IsTransient));
        await first.DisposeAsync();
        options.MaxOutputTokens = 4;
        Assert.Equal(4, (await client.GetResponseAsync(Prompt, options)).Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task GetStreamingResponse_KeyValueMemorySpokenFor_ThrowsTransientError()
    {
        var options = TestFiles.Options();
        options.Runner.KeyValueMemoryBytes = 2L * 5 * 512 * 4 * 16 * 4;
        using var client = LocalChatClient.Load(TestFiles.Stories, options);
        await using var first = client.GetStreamingResponseAsync(Prompt).GetAsyncEnumerator();
        Assert.True(await first.MoveNextAsync());
        var error = await Assert.ThrowsAsync<InferenceException>(() => client.GetResponseAsync(Prompt));
        Assert.Equal((InferenceErrorCode.OutOfKeyValueMemory, true), (error.Code, error.IsTransient));
    }

    [Fact]
    public async Task GetStreamingResponse_ReaderStops_EngineStopsSoonAfter()
    {
        using var client = LocalChatClient.Load(TestFiles.Stories, new LocalModelOptions
        {
            RunnerFactory = (file, o) => new CountingRunner(new CpuModelRunner(file, o)),
        });
        await using var stream = client.GetStreamingResponseAsync(Prompt, new ChatOptions { Temperature = 0 }).GetAsyncEnumerator();
        for (int i = 0; i < 5; i++)
        {
            Assert.True(await stream.MoveNextAsync());
        }

        // A second request that runs to its end shows that the engine has had time to run ahead with the first.
        Assert.Equal(100, (await client.GetResponseAsync("Lily", new ChatOptions { MaxOutputTokens = 100, Temperature = 0 })).Usage!.OutputTokenCount);
        Assert.InRange(CountingRunner.LastTokens, 100, 100 + 5 + 5 + 3 + 16);
    }

    [Fact]
    public async Task GetStreamingResponse_Cancelled_ThrowsAndFreesTheSequence()
    {
        using var client = LocalChatClient.Load(TestFiles.Stories, TestFiles.Options(maxSequences: 1));
        for (int round = 0; round < 20; round++)
        {
            using var cancellation = new CancellationTokenSource();
            int seen = 0;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            {
                await foreach (var update in client.GetStreamingResponseAsync(Prompt, cancellationToken: cancellation.Token))
                {
                    if (++seen == round)
                    {
                        await cancellation.CancelAsync();
                    }

                    if (seen > round + 32)
                    {
                        break;
                    }
                }

                cancellation.Cancel();
                cancellation.Token.ThrowIfCancellationRequested();
            });
        }

        Assert.Equal(3, (await client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 3, Temperature = 0 })).Usage!.OutputTokenCount);
    }

    [Fact]
    public async Task GetStreamingResponse_ManyEndedAtRandom_LeavesEveryPlaceFree()
    {
        const int Places = 4;
        using var client = LocalChatClient.Load(TestFiles.Stories, TestFiles.Options(threads: 2, maxSequences: Places));
        using var gate = new SemaphoreSlim(Places);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async i =>
        {
            await gate.WaitAsync();
            try
            {
                using var cancellation = new CancellationTokenSource();
                int seen = 0;
                await foreach (var update in client.GetStreamingResponseAsync(Prompt, new ChatOptions { Seed = i, MaxOutputTokens = 1 + (i % 40) }, cancellation.Token))
                {
                    if (++seen == i % 13)
                    {
                        if (i % 2 == 0)
                        {
                            break;
                        }

                        await cancellation.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException)
            {
            }
            finally
            {
                gate.Release();
            }
        }));
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 20 };
        var last = await Task.WhenAll(Enumerable.Range(0, Places).Select(_ => client.GetResponseAsync(Prompt, options)));
        Assert.All(last, r => Assert.Equal(last[0].Text, r.Text));
    }

    [Fact]
    public async Task GetStreamingResponse_CancelledBeforehand_Throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Client.GetResponseAsync(Prompt, cancellationToken: new CancellationToken(true)));

    [Fact]
    public async Task Dispose_WhileGenerating_EndsTheStreamWithObjectDisposed()
    {
        var client = LocalChatClient.Load(TestFiles.Stories, TestFiles.Options());
        await using var stream = client.GetStreamingResponseAsync(Prompt, new ChatOptions { Temperature = 0 }).GetAsyncEnumerator();
        Assert.True(await stream.MoveNextAsync());
        client.Dispose();
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
        {
            while (await stream.MoveNextAsync())
            {
            }
        });
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetResponseAsync(Prompt));
    }

    [Fact]
    public async Task GetResponse_PromptBeyondContext_ThrowsContextOverflow()
    {
        var error = await Assert.ThrowsAsync<InferenceException>(() => Client.GetResponseAsync(string.Concat(Enumerable.Repeat("Lily was sad. ", 200))));
        Assert.Equal((InferenceErrorCode.ContextOverflow, false), (error.Code, error.IsTransient));
        Assert.Contains("512", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_ContextFills_FinishesWithLength()
    {
        var options = TestFiles.Options();
        options.Runner.ContextLength = 20;
        using var client = LocalChatClient.Load(TestFiles.Stories, options);
        var response = await client.GetResponseAsync(Prompt, new ChatOptions { Temperature = 0, MaxOutputTokens = 1000 });
        Assert.Equal((ChatFinishReason.Length, 15L), (response.FinishReason, response.Usage!.OutputTokenCount));
    }

    [Fact]
    public async Task GetResponse_UnsupportedRequests_Throw()
    {
        await Assert.ThrowsAsync<NotSupportedException>(() => Client.GetResponseAsync(Prompt, new ChatOptions { Tools = [new HostedWebSearchTool()] }));
        await Assert.ThrowsAsync<NotSupportedException>(() => Client.GetResponseAsync(
            new ChatMessage(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(Prompt, new ChatOptions { MaxOutputTokens = 0 }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(Prompt, new ChatOptions { Temperature = -1 }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(Prompt, new ChatOptions { StopSequences = [""] }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(
            Prompt, new ChatOptions { AdditionalProperties = new() { [ComputePropertyNames.MinP] = "much" } }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.GetResponseAsync(Array.Empty<ChatMessage>()));
    }

    [Fact]
    public void GetService_Metadata_NamesTheModel()
    {
        Assert.Equal("stories260K-f32", Client.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.Same(TestFiles.StoriesModel, Client.GetService<LocalModel>());
        Assert.Same(Client, Client.GetService<IChatClient>());
        Assert.Null(Client.GetService(typeof(string)));
        Assert.Null(Client.GetService(typeof(LocalModel), "key"));
    }

    private static int TokensOf(ChatResponseUpdate update) =>
        update.AdditionalProperties?.TryGetValue(ComputePropertyNames.OutputTokens, out int tokens) == true ? tokens : 0;
}
