using System.Buffers;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models.HuggingFace;
using DePin.Sdk.Compute.Safetensors;

namespace DePin.Sdk.Compute.Models.Adapters;

/// <summary>Reads adapters as the PEFT library writes them.</summary>
internal static class PeftReader
{
    public const string ConfigFile = "adapter_config.json";
    public const string WeightsFile = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";
    private const double MaximumAlpha = 1e6;

    private static readonly SearchValues<char> RegexCharacters = SearchValues.Create("*+?|()[]{}\\^$");

    private static readonly (string Suffix, bool IsA)[] Suffixes =
        [(".lora_A.weight", true), (".lora_B.weight", false), (".lora_A.default.weight", true), (".lora_B.default.weight", false)];

    public static LoraAdapter Read(HuggingFaceFolder folder, ModelFile model, float scale)
    {
        var settings = folder.ReadJson(ConfigFile, HuggingFaceFolder.MaximumConfigBytes)
            ?? throw new ModelFormatException("The file that describes the adapter is missing.", -1, null, ConfigFile);
        RefuseVariants(settings);
        var content = folder.Open(WeightsFile)
            ?? throw new ModelFormatException("The adapter's weights are missing; only safetensors are read.", -1, null, WeightsFile);
        using var file = SafetensorsFile.Open(content, System.IO.Path.Combine(folder.Path, WeightsFile));
        var builder = new AdapterBuilder(model, rotatesHalves: true);
        var modules = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var tensor in file.Tensors.Values)
        {
            var (module, isA) = Split(tensor);
            if (!HuggingFaceNames.TryTranslate(module + ".weight", model.Config.HasPostNorms, out string? target))
            {
                throw new ModelFormatException("The adapter changes what a language model does not have.", tensor.EntryOffset, tensor.Name, WeightsFile);
            }

            modules[target] = module;
            builder.Add(target, isA, new AdapterMatrix(HuggingFaceModelFile.ToModelTensor(file, tensor, tensor.Name, bias: 0)));
        }

        double alpha = settings.Number("lora_alpha", 8, -MaximumAlpha, MaximumAlpha);
        bool isStabilized = settings.Flag("use_rslora", false);
        var patterns = settings.Object("alpha_pattern");
        return builder.Build((target, rank) =>
            scale * AlphaOf(modules[target], alpha, patterns) / (isStabilized ? Math.Sqrt(rank) : rank));
    }

    private static (string Module, bool IsA) Split(SafetensorsTensor tensor)
    {
        string name = tensor.Name.StartsWith(Prefix, StringComparison.Ordinal) ? tensor.Name[Prefix.Length..] : tensor.Name;
        foreach (var (suffix, isA) in Suffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return (name[..^suffix.Length], isA);
            }
        }

        throw new ModelFormatException(
            "The adapter has more than pairs of lora_A and lora_B, which is not supported.", tensor.EntryOffset, tensor.Name, WeightsFile);
    }

    private static void RefuseVariants(JsonSettings settings)
    {
        string type = settings.Text("peft_type") ?? "LORA";
        if (type != "LORA")
        {
            throw settings.Error("peft_type", $"The kind of adapter '{type}' is not supported; LORA is.");
        }

        foreach (string key in (ReadOnlySpan<string>)["use_dora", "fan_in_fan_out", "lora_bias"])
        {
            if (settings.Flag(key, false))
            {
                throw settings.Error(key, "Adapters with this setting are not supported.");
            }
        }
    }

    // The keys are names of modules or their ends; PEFT takes them for regular expressions, of which names use none but the dot.
    private static double AlphaOf(string module, double alpha, JsonSettings? patterns)
    {
        foreach (string key in patterns?.Keys ?? [])
        {
            string end = key.TrimStart('^').TrimEnd('$').Replace("\\.", ".", StringComparison.Ordinal);
            if (end.AsSpan().ContainsAny(RegexCharacters))
            {
                throw patterns!.Error(key, "Patterns with regular expressions are not supported.");
            }

            if (module == end || module.EndsWith("." + end, StringComparison.Ordinal))
            {
                return patterns!.Number(key, alpha, -MaximumAlpha, MaximumAlpha);
            }
        }

        return alpha;
    }
}
