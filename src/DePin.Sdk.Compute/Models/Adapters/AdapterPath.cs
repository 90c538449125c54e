using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models.HuggingFace;

namespace DePin.Sdk.Compute.Models.Adapters;

/// <summary>Decides by a path what kind of adapter lies there.</summary>
internal static class AdapterPath
{
    public static LoraAdapter Load(string path, ModelFile model, float scale)
    {
        if (Directory.Exists(path))
        {
            return PeftReader.Read(HuggingFaceFolder.OnDisk(path), model, scale);
        }

        if (Path.GetFileName(path) is PeftReader.ConfigFile or PeftReader.WeightsFile && File.Exists(path))
        {
            return PeftReader.Read(HuggingFaceFolder.OnDisk(Path.GetDirectoryName(Path.GetFullPath(path))!), model, scale);
        }

        using var file = GgufFile.Open(path);
        return GgufAdapterReader.Read(file, model, scale);
    }
}
