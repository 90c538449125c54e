using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>Runs whole prompts and greedy continuations.</summary>
internal static class RunnerExtensions
{
    /// <summary>The logits after the last of the tokens, which are appended to the sequence in batches.</summary>
    public static float[] Run(this IModelRunner runner, SequenceHandle sequence, ReadOnlySpan<int> tokens, int batchTokens = int.MaxValue)
    {
        float[] logits = new float[runner.Config.VocabularySize];
        batchTokens = Math.Min(batchTokens, runner.MaxBatchTokens);
        for (int start = 0; start < tokens.Length; start += batchTokens)
        {
            int count = Math.Min(batchTokens, tokens.Length - start);
            var batch = new TokenInput[count];
            int length = runner.GetLength(sequence);
            for (int i = 0; i < count; i++)
            {
                batch[i] = new TokenInput(sequence, tokens[start + i], length + i, start + i == tokens.Length - 1);
            }

            runner.Forward(batch, logits);
        }

        return logits;
    }

    public static int[] Greedy(this IModelRunner runner, ReadOnlySpan<int> prompt, int count, int end = -1)
    {
        var sequence = runner.OpenSequence(runner.ContextLength);
        float[] logits = runner.Run(sequence, prompt);
        List<int> tokens = [];
        while (true)
        {
            int best = Array.IndexOf(logits, logits.Max());
            tokens.Add(best);
            if (tokens.Count == count || best == end)
            {
                runner.CloseSequence(sequence);
                return [.. tokens];
            }

            logits = runner.Run(sequence, [best]);
        }
    }

    public static float LargestDifference(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Assert.Equal(a.Length, b.Length);
        float largest = 0;
        for (int i = 0; i < a.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(a[i] - b[i]));
        }

        return largest;
    }
}
