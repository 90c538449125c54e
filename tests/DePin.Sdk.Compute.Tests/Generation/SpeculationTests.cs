using DePin.Sdk.Compute.Generation;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Generation;

public sealed class SpeculationTests
{
    public static TheoryData<SpeculationMode, float> Cases => new()
    {
        { SpeculationMode.PromptLookup, 0f }, { SpeculationMode.PromptLookup, 0.9f }, { SpeculationMode.DraftModel, 0f }, { SpeculationMode.DraftModel, 0.9f },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task GetResponse_Guessed_IsTheSameTokenForToken(SpeculationMode mode, float temperature)
    {
        using var plain = new Engine(path: TestFiles.Stories);
        using var guessing = new Engine(o => Guess(o, mode, TestFiles.StoriesQ8), TestFiles.Stories);
        string[] prompts = ["Once upon a time", "The dog said: no, no, no, no,", "Lily and Tom, Lily and Tom, Lily"];
        ChatOptions Options(int i) => new()
        {
            Temperature = temperature,
            Seed = i,
            MaxOutputTokens = 60 + i,
            FrequencyPenalty = i == 1 ? 0.2f : 0,
            AdditionalProperties = new() { [ComputePropertyNames.TopLogProbs] = 2 },
        };
        var together = await Task.WhenAll(prompts.Select((p, i) => guessing.Client.GetResponseAsync(p, Options(i))));
        for (int i = 0; i < prompts.Length; i++)
        {
            var expected = await plain.Client.GetResponseAsync(prompts[i], Options(i));
            var alone = await guessing.Client.GetResponseAsync(prompts[i], Options(i));
            foreach (var response in (ChatResponse[])[alone, together[i]])
            {
                Assert.Equal(expected.Text, response.Text);
                Assert.Equal(expected.Usage!.OutputTokenCount, response.Usage!.OutputTokenCount);
                Assert.Equal(LogProbsOf(expected), LogProbsOf(response));
            }
        }
    }

    [Fact]
    public async Task GetResponse_DraftModelThatAgrees_WastesNothing()
    {
        using var guessing = new Engine(o => Guess(o, SpeculationMode.DraftModel, TestFiles.Stories), TestFiles.Stories);
        var options = new ChatOptions { Temperature = 0.9f, Seed = 4, MaxOutputTokens = 90 };
        var response = await guessing.Client.GetResponseAsync("Once upon a time", options);

        // No guess was in vain, though how many there are at a time depends on how fast the answer is read.
        long all = response.Usage!.InputTokenCount!.Value + response.Usage.OutputTokenCount!.Value;
        Assert.Equal(response.FinishReason == ChatFinishReason.Stop ? all : all - 1, guessing.Runner.Tokens);
        Assert.Contains(guessing.Runner.Batches.Skip(1), b => b.Length >= 3);
    }

    [Fact]
    public async Task GetResponse_GuessesThatAreWrong_AreGivenUp()
    {
        using var guessing = new Engine(o => Guess(o, SpeculationMode.PromptLookup), TestFiles.Stories);
        var options = new ChatOptions { Temperature = 1.5f, Seed = 4, MaxOutputTokens = 200 };
        var response = await guessing.Client.GetResponseAsync("Once upon a time, once upon a time, once upon a", options);
        long tokens = response.Usage!.InputTokenCount!.Value + response.Usage.OutputTokenCount!.Value;
        Assert.InRange(guessing.Runner.Tokens, tokens - 1, tokens * 5 / 4);
    }

    [Theory]
    [InlineData(SpeculationMode.PromptLookup)]
    [InlineData(SpeculationMode.DraftModel)]
    public async Task GetResponse_HeldToJson_IsTheSame(SpeculationMode mode)
    {
        using var plain = new Engine();
        using var guessing = new Engine(o => Guess(o, mode, TestFiles.Npc));
        var options = new ChatOptions
        {
            Temperature = 0.5f, Seed = 2, MaxOutputTokens = 120, ResponseFormat = ChatResponseFormat.Json,
        };
        Assert.Equal(
            (await plain.Client.GetResponseAsync("Greet the traveller.", options)).Text,
            (await guessing.Client.GetResponseAsync("Greet the traveller.", options)).Text);
    }

    [Fact]
    public async Task GetResponse_NoMemoryForTheDraftModel_AnswersAllTheSame()
    {
        using var guessing = new Engine(
            o =>
            {
                Guess(o, SpeculationMode.DraftModel, TestFiles.StoriesQ8);
                o.Speculation.DraftKeyValueMemoryBytes = 1;
            },
            TestFiles.Stories);
        Assert.Equal(20, (await guessing.Client.GetResponseAsync("Once", new ChatOptions { Temperature = 0, MaxOutputTokens = 20 })).Usage!.OutputTokenCount);
    }

    [Fact]
    public void Load_DraftModelOfAnotherVocabulary_Throws()
    {
        var options = TestFiles.Options();
        Guess(options, SpeculationMode.DraftModel, TestFiles.Stories);
        Assert.Contains("vocabulary", Assert.Throws<ArgumentException>(() => LocalModel.Load(TestFiles.Npc, options)).Message, StringComparison.Ordinal);
        options.Speculation.DraftModelPath = null;
        Assert.Throws<ArgumentException>(() => LocalModel.Load(TestFiles.Npc, options));
    }

    [Fact]
    public void DraftState_GuessesThatFail_PauseLongerEachTime()
    {
        var state = new DraftState(8);
        int made = 0;
        for (int i = 0; i < 1000; i++)
        {
            state.Begin(limit: 8);
            made += state.Wanted;
            state.End(state.Wanted, accepted: 0);
        }

        Assert.InRange(made, 1, 20);
        for (int i = 0; i < 600; i++)
        {
            state.Begin(limit: 8);
            state.End(state.Wanted, state.Wanted);
        }

        Assert.Equal(8, state.Wanted);
        state.Begin(limit: -1);
        Assert.Equal(0, state.Wanted);
    }

    private static void Guess(LocalModelOptions options, SpeculationMode mode, string? draft = null)
    {
        options.Speculation.Mode = mode;
        options.Speculation.DraftModelPath = mode == SpeculationMode.DraftModel ? draft : null;
    }

    private static List<(int, float, int)> LogProbsOf(ChatResponse response) =>
        [.. ((IReadOnlyList<TokenLogProbability>)response.AdditionalProperties![ComputePropertyNames.TokenLogProbs]!)
            .Select(t => (t.Token, t.LogProbability, t.Alternatives[1].Token))];
}
