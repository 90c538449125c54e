using System.Text.Json;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Inference;

public sealed class GoldenStoriesTests
{
    private static readonly JsonElement Golden = TestFiles.Json("TestData/golden_once_upon_a_time.json");

    private static int[] Prompt => Golden.GetProperty("prompt_ids").Ints();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Forward_F32Model_MatchesReferenceLogits(int threads)
    {
        using var file = GgufFile.Open(TestFiles.Stories);
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file), new ModelRunnerOptions { Threads = threads });
        float[] logits = runner.Run(runner.OpenSequence(64), Prompt);
        Assert.InRange(RunnerExtensions.LargestDifference(Golden.GetProperty("last_prompt_logits").Floats(), logits), 0, 1e-3f);
    }

    [Fact]
    public void Forward_F32Model_ContinuesAsReference()
    {
        using var file = GgufFile.Open(TestFiles.Stories);
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file));
        int[] expected = Golden.GetProperty("greedy_ids").Ints();
        Assert.Equal(expected, runner.Greedy(Prompt, expected.Length));
    }

    [Fact]
    public void Forward_Q8Model_StaysNearReferenceLogits()
    {
        using var file = GgufFile.Open(TestFiles.StoriesQ8);
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file));
        float[] logits = runner.Run(runner.OpenSequence(64), Prompt);
        float[] expected = Golden.GetProperty("last_prompt_logits").Floats();
        Assert.InRange(RunnerExtensions.LargestDifference(expected, logits), 0, 0.5f);
        Assert.Equal(Array.IndexOf(expected, expected.Max()), Array.IndexOf(logits, logits.Max()));
    }

    [Fact]
    public void Forward_Q8Model_BeginsTheSameStory()
    {
        // The rounded weights leave the reference's path after 181 of 200 tokens.
        using var file = GgufFile.Open(TestFiles.StoriesQ8);
        using var runner = new CpuModelRunner(ModelFile.FromGguf(file));
        int[] expected = Golden.GetProperty("greedy_ids").Ints()[..120];
        Assert.Equal(expected, runner.Greedy(Prompt, expected.Length));
    }

    [Fact]
    public void Encode_Prompt_GivesReferenceTokens()
    {
        using var file = GgufFile.Open(TestFiles.Stories);
        var tokenizer = Tokenizer.Read(file);
        Assert.True(tokenizer.AddsBeginOfSequence);
        Assert.Equal(Prompt, (int[])[tokenizer.BeginOfSequence!.Value, .. tokenizer.Encode("Once upon a time")]);
    }

    [Fact]
    public void Encode_ReferenceText_RoundTripsThroughReferenceTokens()
    {
        using var file = GgufFile.Open(TestFiles.Stories);
        var tokenizer = Tokenizer.Read(file);
        string text = Golden.GetProperty("text").GetString()!;
        int[] ids = [.. Prompt.AsSpan(1), .. Golden.GetProperty("greedy_ids").Ints()];
        Assert.StartsWith(text, tokenizer.Decode(ids), StringComparison.Ordinal);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text)));
    }
}
