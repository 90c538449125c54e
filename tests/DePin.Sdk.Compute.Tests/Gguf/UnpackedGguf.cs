using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Tests.Gguf;

/// <summary>Writes a model again with the numbers that its weights stand for.</summary>
internal static class UnpackedGguf
{
    /// <summary>The <c>llama</c> model of a file, with all weights in F32; its tokenizer stays behind.</summary>
    public static ModelFile Open(GgufFile file)
    {
        var builder = new GgufBuilder().Add("general.architecture", "llama");
        string[] integers =
            ["context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count", "attention.head_count_kv", "rope.dimension_count"];
        foreach (string key in integers)
        {
            if (file.Metadata.TryGetInteger($"llama.{key}", out long value))
            {
                builder.Add($"llama.{key}", (uint)value);
            }
        }

        foreach (string key in new[] { "attention.layer_norm_rms_epsilon", "rope.freq_base" })
        {
            Assert.True(file.Metadata.TryGetNumber($"llama.{key}", out double value));
            builder.Add($"llama.{key}", (float)value);
        }

        foreach (var tensor in file.Tensors.Values)
        {
            float[] values = new float[tensor.Rows * tensor.Columns];
            for (int row = 0; row < tensor.Rows; row++)
            {
                file.ReadRows(tensor, row, values.AsSpan(row * (int)tensor.Columns, (int)tensor.Columns));
            }

            int[] shape = tensor.Rows == 1 ? [(int)tensor.Columns] : [(int)tensor.Columns, (int)tensor.Rows];
            builder.AddTensor(tensor.Name, shape, values);
        }

        return ModelFile.FromGguf(GgufFile.Parse(builder.Build()));
    }
}
