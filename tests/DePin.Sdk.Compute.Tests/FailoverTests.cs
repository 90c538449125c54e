using DePin.Sdk.Compute.Generation;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Sampling;
using DePin.Sdk.Compute.Templates;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests;

/// <summary>An answer that breaks off is continued elsewhere from its text, with the seed, as if it had never broken off.</summary>
public sealed class FailoverTests
{
    private static readonly ChatMessage[] Story = [new(ChatRole.User, "Once upon a time")];

    private static readonly ChatMessage[] Npc =
        [new(ChatRole.System, "You are Mira, the blacksmith of Oakvale. You are gruff but kind."), new(ChatRole.User, "Greet the traveller.")];

    [Theory]
    [InlineData("story", 1)]
    [InlineData("story", 2)]
    [InlineData("story", 4)]
    [InlineData("npc", 3)]
    [InlineData("npc", 11)]
    [InlineData("npc", 12)]
    public async Task GetResponse_FromTheTextSoFar_GivesTheRestOfTheUnbrokenRun(string kind, long seed)
    {
        string path = kind == "story" ? TestFiles.Stories : TestFiles.Npc;
        var messages = kind == "story" ? Story : Npc;
        var sampling = new SamplingOptions
        {
            Temperature = 0.8f, Seed = seed, TopP = 0.95f, TopK = 50, FrequencyPenalty = 0.1f, PresencePenalty = 0.1f, RepetitionPenalty = 1.05f,
        };
        using var first = LocalModel.Load(path, TestFiles.Options());

        // The other machine has other bounds: neither threads nor the size of batches may change a token.
        var other = TestFiles.Options(threads: 2);
        other.Runner.MaxBatchTokens = 5;
        using var second = new LocalChatClient(LocalModel.Load(path, other));
        int[] ids = await GenerateAsync(first, messages, sampling, 80);
        string whole = Text(first, ids);
        int compared = 0;
        for (int taken = 1; taken < ids.Length; taken += 3)
        {
            string prefix = Text(first, ids.AsSpan(0, taken));
            List<int> again = [];
            first.Tokenizer.EncodeContinuation(prefix, again);
            if (!ids.AsSpan(0, taken).SequenceEqual(again.ToArray()))
            {
                // The model cut this text differently than encoding does, or broke off within a character.
                continue;
            }

            var response = await second.GetResponseAsync([.. messages, new(ChatRole.Assistant, prefix)], Options(sampling, 80 - taken));
            Assert.Equal(whole, prefix + response.Text);
            compared++;
        }

        Assert.InRange(compared, 1, int.MaxValue);
        second.GetService<LocalModel>()!.Dispose();
    }

    [Fact]
    public async Task GetResponse_Greedy_ContinuesFromAnyToken()
    {
        using var model = LocalModel.Load(TestFiles.Stories, TestFiles.Options());
        var client = new LocalChatClient(model);
        var sampling = new SamplingOptions { Temperature = 0 };
        int[] ids = await GenerateAsync(model, Story, sampling, 120);
        string whole = Text(model, ids);
        for (int taken = 1; taken < ids.Length; taken += 10)
        {
            string prefix = Text(model, ids.AsSpan(0, taken));
            var response = await client.GetResponseAsync([.. Story, new(ChatRole.Assistant, prefix)], Options(sampling, 120 - taken));
            Assert.Equal(whole, prefix + response.Text);
        }
    }

    private static ChatOptions Options(SamplingOptions sampling, int maxOutputTokens) => new()
    {
        Temperature = sampling.Temperature,
        Seed = sampling.Seed,
        TopP = sampling.TopP,
        TopK = sampling.TopK,
        FrequencyPenalty = sampling.FrequencyPenalty,
        PresencePenalty = sampling.PresencePenalty,
        MaxOutputTokens = maxOutputTokens,
        AdditionalProperties = new() { [ComputePropertyNames.RepetitionPenalty] = sampling.RepetitionPenalty },
    };

    private static async Task<int[]> GenerateAsync(LocalModel model, ChatMessage[] messages, SamplingOptions sampling, int count)
    {
        var prompt = ChatPrompt.Create(model.Tokenizer, model.Template, messages);
        var sequence = new GenerationSequence(prompt.Tokens, count, new Sampler(sampling));
        model.Scheduler.Submit(sequence);
        List<int> ids = [];
        while (await sequence.Tokens.WaitToReadAsync())
        {
            while (sequence.Tokens.TryRead(out int id))
            {
                ids.Add(id);
                model.Scheduler.Wake();
            }
        }

        return [.. ids];
    }

    private static string Text(LocalModel model, ReadOnlySpan<int> ids)
    {
        var text = new AnswerText(model.Tokenizer, []);
        string all = "";
        foreach (int id in ids)
        {
            all += text.Append(id).Text;
        }

        return all;
    }
}
