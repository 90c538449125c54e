using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Tests;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>The whole path from a file to an answer.</summary>
public sealed class ChatTests
{
    [TorchFact]
    public async Task GetResponse_SeveralAtOnce_AnswerAsTheReference()
    {
        var prompts = TestFiles.Json("Golden/npc-dialogue.json").GetProperty("prompts").EnumerateArray().ToArray();
        using var model = LocalModel.Load(TestFiles.Npc, Options(TorchDataType.Float32));
        using var client = new LocalChatClient(model);
        var answers = await Task.WhenAll(prompts.Select(async prompt =>
        {
            List<ChatMessage> messages = [.. prompt.GetProperty("messages").EnumerateArray().Select(
                m => new ChatMessage(new ChatRole(m.GetProperty("role").GetString()!), m.GetProperty("content").GetString()))];
            return await client.GetResponseAsync(messages, new ChatOptions { Temperature = 0, MaxOutputTokens = 24 });
        }));
        for (int i = 0; i < prompts.Length; i++)
        {
            Assert.NotEmpty(answers[i].Text);
            Assert.StartsWith(answers[i].Text.Trim(), prompts[i].GetProperty("greedy_text").GetString()!.Trim(), StringComparison.Ordinal);
        }
    }

    [TorchFact]
    public async Task GetResponse_JsonAndCachedPrefix_FollowTheSchema()
    {
        using var model = LocalModel.Load(TestFiles.Npc, Options(TorchDataType.BFloat16));
        using var client = new LocalChatClient(model);
        for (int i = 0; i < 3; i++)
        {
            var response = await client.GetResponseAsync(
                [new(ChatRole.System, "You are Mira, the blacksmith of Oakvale."), new(ChatRole.User, $"Question {i}: who are you?")],
                new ChatOptions { MaxOutputTokens = 200, Seed = i, ResponseFormat = ChatResponseFormat.Json });
            if (response.FinishReason == ChatFinishReason.Stop)
            {
                using var json = System.Text.Json.JsonDocument.Parse(response.Text);
            }

            Assert.NotEmpty(response.Text);
        }
    }

    private static LocalModelOptions Options(TorchDataType type)
    {
        var options = new LocalModelOptions { Runner = new ModelRunnerOptions { Threads = 2, KeyValueMemoryBytes = 128 << 20 }, MaxQueuedRequests = 100 };
        return options.UseTorch(new TorchRunnerOptions { Device = "cpu", DType = type });
    }
}
