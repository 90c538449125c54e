using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>
/// What one request saw: the logits after every token of its prompt and of the greedy continuation, as one digest, and the tokens.
/// </summary>
internal sealed record InferenceTrace(string Digest, string Tokens)
{
    private const int PromptTokens = 45;
    private const int AnswerTokens = 20;

    public const int Length = PromptTokens + AnswerTokens;

    /// <summary>Files of each way to store weights, by the path under the test's folder.</summary>
    public static IReadOnlyList<string> Files { get; } =
    [
        "Models/npc-dialogue.gguf",
        "Golden/Architectures/llama3/f32.gguf",
        "Golden/Architectures/llama3/q4_0.gguf",
        "Golden/Architectures/gemma2/q8_0.gguf",
        "Golden/Architectures/gemma3/f16.gguf",
        "Golden/Architectures/kquants-mixed/q4_k.gguf",
        "Golden/Architectures/kquants/q5_k.gguf",
    ];

    /// <summary>Runs the request in a runner of its own.</summary>
    public static InferenceTrace Alone(string file, int threads, int maxBatchTokens, KeyValueType keyValueType = KeyValueType.F32)
    {
        using var model = Open(file);
        using var runner = new CpuModelRunner(
            model, new ModelRunnerOptions { Threads = threads, MaxBatchTokens = maxBatchTokens, KeyValueType = keyValueType });
        return Together(runner, 1, 0, maxBatchTokens)[0];
    }

    /// <summary>Runs requests of different prompts side by side; the one under test is number <paramref name="index"/>.</summary>
    public static InferenceTrace Among(string file, int requests, int index, int threads)
    {
        using var model = Open(file);
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = threads, MaxSequences = requests, MaxBatchTokens = 64 });
        return Together(runner, requests, index, 64)[index];
    }

    /// <summary>
    /// Steps of all requests at once. Those that still have prompt take turns in the size of their pieces, so that a batch mixes answers
    /// of one token with pieces of prompts, begun at different times.
    /// </summary>
    private static InferenceTrace[] Together(CpuModelRunner runner, int requests, int index, int batchTokens)
    {
        int size = runner.Config.VocabularySize;
        int[][] prompts = [.. Enumerable.Range(0, requests).Select(i => Prompt(size, i == index ? 1 : 100 + i))];
        var sequences = prompts.Select(_ => runner.OpenSequence(Length)).ToArray();
        var answers = prompts.Select(_ => new List<int>()).ToArray();
        var digests = prompts.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).ToArray();
        for (int step = 0; answers.Any(a => a.Count < AnswerTokens); step++)
        {
            List<(int Request, TokenInput Input)> batch = [];
            for (int i = 0; i < requests; i++)
            {
                int length = runner.GetLength(sequences[i]);
                int left = Math.Max(PromptTokens - length, 1);
                int room = (batchTokens - batch.Count) / (requests - i);
                int wanted = requests == 1 ? left : step < i / 4 || answers[i].Count == AnswerTokens ? 0 : 1 + ((step + i) % 5);
                foreach (int j in Enumerable.Range(length, Math.Min(Math.Min(left, wanted), room)))
                {
                    batch.Add((i, new TokenInput(sequences[i], j < PromptTokens ? prompts[i][j] : answers[i][^1], j, true)));
                }
            }

            float[] logits = new float[batch.Count * size];
            runner.Forward([.. batch.Select(b => b.Input)], logits);
            for (int row = 0; row < batch.Count; row++)
            {
                var (request, input) = batch[row];
                var values = logits.AsSpan(row * size, size);
                digests[request].AppendData(MemoryMarshal.AsBytes(values));
                if (input.Position >= PromptTokens - 1)
                {
                    answers[request].Add(Best(values));
                }
            }
        }

        foreach (var sequence in sequences)
        {
            runner.CloseSequence(sequence);
        }

        return [.. digests.Zip(answers, (d, a) => new InferenceTrace(Convert.ToHexStringLower(d.GetHashAndReset()), string.Join(' ', a)))];
    }

    private static int[] Prompt(int vocabulary, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, PromptTokens).Select(_ => random.Next(vocabulary))];
    }

    private static int Best(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            best = logits[i] > logits[best] ? i : best;
        }

        return best;
    }

    private static ModelFile Open(string file) => ModelFile.Open(Path.Combine(AppContext.BaseDirectory, file));
}
