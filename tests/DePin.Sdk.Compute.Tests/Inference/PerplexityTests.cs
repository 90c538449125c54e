using System.Numerics.Tensors;
using System.Text.Json;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Inference;

/// <summary>How well the sample model foretells dialogues that its training never saw, from its Q8_0 file and from the same weights in F32.</summary>
public sealed class PerplexityTests
{
    private static readonly JsonElement Golden = TestFiles.Json("Golden/npc-heldout.json");

    [Fact]
    public void Perplexity_OfQ8File_IsThatOfF32()
    {
        using var file = GgufFile.Open(TestFiles.Npc);
        int[][] texts = Texts(Tokenizer.Read(file));
        double reference = Golden.GetProperty("perplexity").GetDouble();
        using var quantized = ModelFile.Open(TestFiles.Npc);
        double q8 = Perplexity(quantized, texts);
        using var unpacked = UnpackedGguf.Open(file);
        double f32 = Perplexity(unpacked, texts);

        // The reference computes in single precision too.
        Assert.InRange(f32, reference * 0.9999, reference * 1.0001);
        Assert.InRange(q8, f32 * 0.995, f32 * 1.005);
        Assert.InRange(Perplexity(quantized, texts, KeyValueType.Q8), f32 * 0.995, f32 * 1.005);
    }

    private static int[][] Texts(Tokenizer tokenizer)
    {
        int[][] texts = [.. Golden.GetProperty("texts").EnumerateArray().Select(t => tokenizer.Encode(t.GetString()!, parseMarkers: true).ToArray())];
        Assert.Equal(Golden.GetProperty("tokens").GetInt32(), texts.Sum(t => t.Length - 1));
        return texts;
    }

    private static double Perplexity(ModelFile model, int[][] texts, KeyValueType keyValueType = KeyValueType.F32)
    {
        using var runner = new CpuModelRunner(model, new ModelRunnerOptions { Threads = 2, KeyValueType = keyValueType });
        int size = runner.Config.VocabularySize;
        float[] logits = new float[runner.MaxBatchTokens * size];
        double loss = 0;
        foreach (int[] text in texts)
        {
            var sequence = runner.OpenSequence(text.Length);
            for (int start = 0; start < text.Length; start += runner.MaxBatchTokens)
            {
                int count = Math.Min(runner.MaxBatchTokens, text.Length - start);
                runner.Forward([.. Enumerable.Range(start, count).Select(i => new TokenInput(sequence, text[i], i, true))], logits);
                for (int row = 0; row < count && start + row + 1 < text.Length; row++)
                {
                    loss += Loss(logits.AsSpan(row * size, size), text[start + row + 1]);
                }
            }

            runner.CloseSequence(sequence);
        }

        return Math.Exp(loss / texts.Sum(t => t.Length - 1));
    }

    private static double Loss(ReadOnlySpan<float> logits, int token)
    {
        double highest = TensorPrimitives.Max(logits);
        double sum = 0;
        foreach (float logit in logits)
        {
            sum += Math.Exp(logit - highest);
        }

        return Math.Log(sum) + highest - logits[token];
    }
}
