using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Models.Adapters;

/// <summary>Reads adapters in GGUF files: tensors named after the model's, with <c>.lora_a</c> and <c>.lora_b</c> behind.</summary>
internal static class GgufAdapterReader
{
    private const string AlphaKey = "adapter.lora.alpha";
    private const string ASuffix = ".lora_a";
    private const string BSuffix = ".lora_b";

    public static LoraAdapter Read(GgufFile file, ModelFile model, float scale)
    {
        var metadata = file.Metadata;
        Require(metadata, "general.type", "adapter");
        Require(metadata, "adapter.type", "lora");
        Require(metadata, "general.architecture", model.Config.Architecture);
        metadata.TryGetNumber(AlphaKey, out double alpha);
        if (!double.IsFinite(alpha))
        {
            throw new ModelFormatException("The number must be finite.", metadata.OffsetOf(AlphaKey), AlphaKey);
        }

        var builder = new AdapterBuilder(model, rotatesHalves: model.Config.Architecture != "llama");
        foreach (var tensor in file.Tensors.Values)
        {
            bool isA = tensor.Name.EndsWith(ASuffix, StringComparison.Ordinal);
            if (!isA && !tensor.Name.EndsWith(BSuffix, StringComparison.Ordinal))
            {
                throw new ModelFormatException(
                    "The adapter replaces a whole tensor, which is not supported; pairs of .lora_a and .lora_b are.", tensor.EntryOffset, tensor.Name);
            }

            builder.Add(tensor.Name[..^ASuffix.Length], isA, new AdapterMatrix(GgufModelFile.ToModelTensor(file, tensor, "")));
        }

        // Without an alpha the product counts as it is.
        return builder.Build((_, rank) => scale * (alpha == 0 ? 1 : alpha / rank));
    }

    private static void Require(GgufMetadata metadata, string key, string wanted)
    {
        metadata.TryGetString(key, out string? value);
        if (value != wanted)
        {
            throw new ModelFormatException($"The value is '{value}'; an adapter for this model has '{wanted}'.", metadata.OffsetOf(key), key);
        }
    }
}
