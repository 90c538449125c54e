using DePin.Sdk.Compute.Safetensors;

namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>Opens the safetensors files of a folder: one, or those that an index names.</summary>
internal static class SafetensorsShards
{
    public const string SingleFile = "model.safetensors";
    public const string IndexFile = "model.safetensors.index.json";
    private const int MaximumIndexBytes = 1 << 26;
    private const int MaximumShards = 4096;

    /// <summary>Opens the files; adds each to <paramref name="files"/> at once, so that the caller can close them after a failure.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Name of one file to use alone; null for what the folder has.</param>
    /// <param name="files">The files that were opened.</param>
    /// <returns>The tensors with the file that each lies in.</returns>
    public static IEnumerable<(SafetensorsTensor Tensor, SafetensorsFile File)> Open(HuggingFaceFolder folder, string? name, List<SafetensorsFile> files)
    {
        if (name is null && folder.ReadJson(IndexFile, MaximumIndexBytes) is { } index)
        {
            return OpenIndexed(folder, index, files);
        }

        var file = OpenFile(folder, name ?? SingleFile, files)
            ?? throw new ModelFormatException($"The folder has neither {SingleFile} nor {IndexFile}.", -1, null, name ?? SingleFile);
        return file.Tensors.Values.Select(t => (t, file));
    }

    private static List<(SafetensorsTensor Tensor, SafetensorsFile File)> OpenIndexed(
        HuggingFaceFolder folder, JsonSettings index, List<SafetensorsFile> files)
    {
        var map = index.Object("weight_map") ?? throw index.Error("weight_map", "The index has no map of tensors.");
        var byName = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        List<(SafetensorsTensor Tensor, SafetensorsFile File)> tensors = [];
        foreach (string tensorName in map.Keys)
        {
            string shard = map.Text(tensorName)!;
            if (!byName.TryGetValue(shard, out var file))
            {
                file = OpenShard(folder, map, tensorName, shard, files);
                byName.Add(shard, file);
            }

            if (!file.Tensors.TryGetValue(tensorName, out var tensor))
            {
                throw new ModelFormatException("The index says that the tensor lies in this file, but it does not.", -1, tensorName, shard);
            }

            tensors.Add((tensor, file));
        }

        return tensors;
    }

    private static SafetensorsFile OpenShard(HuggingFaceFolder folder, JsonSettings map, string tensorName, string shard, List<SafetensorsFile> files)
    {
        // An index must not make anybody read outside its folder.
        if (shard.Length is 0 or > 255 || shard.AsSpan().ContainsAny("/\\:\0") || shard is "." or "..")
        {
            throw map.Error(tensorName, "The shard must be the name of a file in the same folder.");
        }

        if (files.Count >= MaximumShards)
        {
            throw map.Error(tensorName, $"There are more than {MaximumShards} shards.");
        }

        return OpenFile(folder, shard, files)
            ?? throw new ModelFormatException($"The shard {shard} is missing; it must lie beside the index.", -1, tensorName, shard);
    }

    private static SafetensorsFile? OpenFile(HuggingFaceFolder folder, string name, List<SafetensorsFile> files)
    {
        if (folder.Open(name) is not { } bytes)
        {
            return null;
        }

        var file = SafetensorsFile.Open(bytes, System.IO.Path.Combine(folder.Path, name));
        files.Add(file);
        return file;
    }
}
