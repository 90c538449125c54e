using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Models.HuggingFace;

namespace DePin.Sdk.Compute.Models;

/// <summary>Decides by a path what kind of model lies there.</summary>
internal static class ModelPath
{
    private const string GgufExtension = ".gguf";
    private const string SafetensorsExtension = ".safetensors";
    private const string IndexEnding = ".safetensors.index.json";

    public static ModelFile Open(string path)
    {
        if (Directory.Exists(path))
        {
            return OpenFolder(path);
        }

        if (EndsWith(path, IndexEnding))
        {
            return OpenSafetensors(path, name: null);
        }

        if (!EndsWith(path, SafetensorsExtension))
        {
            return GgufShards.Open(path, GgufFile.Open);
        }

        // One of several shards stands for all of them.
        bool isShard = GgufShards.WithoutNumber(Path.GetFileNameWithoutExtension(path)) != Path.GetFileNameWithoutExtension(path);
        return OpenSafetensors(path, isShard ? null : Path.GetFileName(path));
    }

    /// <summary>The name that a path gives a model: without extension and number of the shard.</summary>
    public static string NameOf(string path)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(path));
        if (Directory.Exists(path))
        {
            return name;
        }

        return EndsWith(path, SafetensorsExtension) || EndsWith(path, IndexEnding)
            ? Path.GetFileName(FolderOf(path))
            : GgufShards.WithoutNumber(Path.GetFileNameWithoutExtension(name));
    }

    private static ModelFile OpenFolder(string path)
    {
        if (File.Exists(Path.Combine(path, "config.json")))
        {
            return new HuggingFaceModelFile(HuggingFaceFolder.OnDisk(path), null);
        }

        // Shards of one model count as one.
        string[] files = Directory.GetFiles(path, "*" + GgufExtension);
        string[] models = [.. files.Select(static f => GgufShards.WithoutNumber(Path.GetFileNameWithoutExtension(f))).Distinct(StringComparer.Ordinal)];
        return models.Length switch
        {
            1 => GgufShards.Open(files.Order(StringComparer.Ordinal).First(), GgufFile.Open),
            0 => throw new ModelFormatException("The folder has neither a config.json nor a .gguf file."),
            _ => throw new ModelFormatException($"The folder has {models.Length} models; say which .gguf file to open."),
        };
    }

    private static HuggingFaceModelFile OpenSafetensors(string path, string? name)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException("The model file does not exist.", path);
        }

        return new HuggingFaceModelFile(HuggingFaceFolder.OnDisk(FolderOf(path)), name);
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(Path.GetFullPath(path))!;

    private static bool EndsWith(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
