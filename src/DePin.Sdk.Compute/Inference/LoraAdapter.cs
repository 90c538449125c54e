using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Models.Adapters;

namespace DePin.Sdk.Compute.Inference;

/// <summary>A low-rank adapter (LoRA, arXiv:2106.09685): for some matrices W of a model, y = Wx + scale * B(Ax).</summary>
/// <remarks>Immutable and safe to share between sequences and threads.</remarks>
public sealed class LoraAdapter
{
    internal LoraAdapter(IReadOnlyDictionary<string, LoraPair> pairs) => Pairs = pairs;

    /// <summary>
    /// The pairs by the name of the tensor that they add to, such as <c>blk.0.attn_q.weight</c>. Where one tensor holds several
    /// matrices (Phi-3), the rows of B are those of the tensor.
    /// </summary>
    public IReadOnlyDictionary<string, LoraPair> Pairs { get; }

    /// <summary>Reads an adapter and fits it to a model.</summary>
    /// <param name="path">A GGUF adapter, or a PEFT folder (<c>adapter_config.json</c> with <c>adapter_model.safetensors</c>) or one of its two files.</param>
    /// <param name="model">The model that the adapter was made for; it need not have the adapter's file format.</param>
    /// <param name="scale">Multiplies the adapter's own scale, alpha / rank.</param>
    /// <returns>The adapter; it does not refer to the files any more.</returns>
    /// <exception cref="ModelFormatException">The adapter is damaged, of another kind, or does not fit the model.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static LoraAdapter Load(string path, ModelFile model, float scale = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        if (!float.IsFinite(scale))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, "The scale must be a finite number.");
        }

        return AdapterPath.Load(path, model, scale);
    }
}
