using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Templates;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tokenizers;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>The sample model against values that PyTorch computed in float32 from its dequantized weights.</summary>
public sealed class GoldenNpcTests : IDisposable
{
    private static readonly JsonElement Golden = TestFiles.Json("Golden/npc-dialogue.json");

    private readonly GgufFile _file = GgufFile.Open(TestFiles.Npc);

    public static TheoryData<int> Prompts => [.. Enumerable.Range(0, Golden.GetProperty("prompts").GetArrayLength())];

    [Fact]
    public void File_InRepository_IsTheOneOfTheGoldenValues() => Assert.Equal(
        Golden.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(TestFiles.Npc))));

    [Theory]
    [MemberData(nameof(Prompts))]
    public void Forward_UnpackedWeights_MatchesReferenceLogits(int index)
    {
        using var model = UnpackedGguf.Open(_file);
        Assert.InRange(LargestError(model, index), 0, 1e-3f);
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void Forward_Prompt_StaysNearReferenceLogits(int index)
    {
        // Activations are rounded to eight bits; the logits lie between -12 and 12.
        using var model = ModelFile.Open(TestFiles.Npc);
        Assert.InRange(LargestError(model, index), 0, 0.25f);
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void Forward_Prompt_ContinuesAsReference(int index)
    {
        using var runner = new CpuModelRunner(ModelFile.FromGguf(_file));
        var prompt = Golden.GetProperty("prompts")[index];
        int[] expected = prompt.GetProperty("greedy_ids").Ints();
        int[] tokens = runner.Greedy(prompt.GetProperty("prompt_ids").Ints(), expected.Length, Golden.GetProperty("eos_id").GetInt32());
        Assert.Equal(expected, tokens);
        Assert.Equal(prompt.GetProperty("greedy_text").GetString(), Tokenizer.Read(_file).Decode(tokens));
    }

    [Theory]
    [MemberData(nameof(Prompts))]
    public void CreatePrompt_Messages_GivesReferenceTextAndTokens(int index)
    {
        var prompt = Golden.GetProperty("prompts")[index];
        List<ChatMessage> messages = [.. prompt.GetProperty("messages").EnumerateArray().Select(
            m => new ChatMessage(new ChatRole(m.GetProperty("role").GetString()!), m.GetProperty("content").GetString()))];
        Assert.True(_file.Metadata.TryGetString("tokenizer.chat_template", out string? source));
        var template = ChatTemplate.Parse(source);
        var tokenizer = Tokenizer.Read(_file);
        Assert.Equal(prompt.GetProperty("text").GetString(), template.Render(messages));
        Assert.Equal(prompt.GetProperty("prompt_ids").Ints(), ChatPrompt.Create(tokenizer, template, messages).Tokens);
        Assert.Equal(prompt.GetProperty("prompt_ids").Ints(), tokenizer.Encode(prompt.GetProperty("text").GetString()!, parseMarkers: true));
    }

    [Fact]
    public void Encode_Texts_GiveReferenceTokensAndRoundTrip()
    {
        var tokenizer = Tokenizer.Read(_file);
        Assert.All(Golden.GetProperty("tokenizer_cases").EnumerateArray(), testCase =>
        {
            string text = testCase.GetProperty("text").GetString()!;
            int[] ids = testCase.GetProperty("ids").Ints();
            Assert.Equal(ids, tokenizer.Encode(text));
            Assert.Equal(text, tokenizer.Decode(ids));
        });
    }

    private static float LargestError(ModelFile model, int index)
    {
        using var runner = new CpuModelRunner(model);
        var prompt = Golden.GetProperty("prompts")[index];
        float[] logits = runner.Run(runner.OpenSequence(runner.ContextLength), prompt.GetProperty("prompt_ids").Ints());
        return RunnerExtensions.LargestDifference(prompt.GetProperty("logits").Floats(), logits);
    }

    public void Dispose() => _file.Dispose();
}
