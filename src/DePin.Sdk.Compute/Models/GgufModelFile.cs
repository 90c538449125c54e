using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Models;

/// <summary>A model in one GGUF file or in several shards, of which the first says all but where the tensors are.</summary>
internal sealed unsafe class GgufModelFile : ModelFile
{
    private readonly IReadOnlyList<GgufFile> _shards;
    private readonly Dictionary<string, ModelTensor> _tensors = new(StringComparer.Ordinal);

    /// <summary>Takes open files; they belong to the model, even when this constructor throws.</summary>
    /// <param name="shards">The files in order.</param>
    /// <param name="paths">Their paths; empty texts for files in memory.</param>
    public GgufModelFile(IReadOnlyList<GgufFile> shards, IReadOnlyList<string> paths)
    {
        _shards = shards;
        try
        {
            for (int i = 0; i < shards.Count; i++)
            {
                AddTensors(shards[i], shards.Count > 1 ? paths[i] : "");
            }

            Config = GgufConfigReader.Read(shards[0].Metadata, _tensors);
        }
        catch
        {
            Close();
            throw;
        }
    }

    public override ModelConfig Config { get; }

    public override IReadOnlyDictionary<string, ModelTensor> Tensors => _tensors;

    public override string? Name => Metadata.TryGetString("general.name", out string? name) && name.Length > 0 ? name : null;

    public override string? ChatTemplate => Metadata.TryGetString("tokenizer.chat_template", out string? source) ? source : null;

    public override EmbeddingPooling? Pooling => !Metadata.TryGetInteger($"{Config.Architecture}.pooling_type", out long type) ? null : type switch
    {
        1 => EmbeddingPooling.Mean,
        2 => EmbeddingPooling.Cls,
        3 => EmbeddingPooling.Last,
        _ => null,
    };

    private GgufMetadata Metadata => _shards[0].Metadata;

    public override Tokenizer ReadTokenizer() => Tokenizer.Read(_shards[0]);

    /// <summary>The view of a tensor that does not depend on the file's format.</summary>
    internal static ModelTensor ToModelTensor(GgufFile file, GgufTensor tensor, string path)
    {
        if (tensor.Rows > int.MaxValue || tensor.ByteLength / tensor.Rows > int.MaxValue)
        {
            throw new ModelFormatException(
                "The tensor has more rows, or longer ones, than can be counted.", tensor.EntryOffset, tensor.Name, Path.GetFileName(path));
        }

        return new ModelTensor(tensor.Name, tensor.Type, (int)tensor.Rows, (int)tensor.Columns, path, tensor.FileOffset)
        {
            Data = file.Bytes.Pointer + tensor.FileOffset,
            IsMapped = file.Bytes.IsMapped,
        };
    }

    private protected override void Close()
    {
        foreach (var shard in _shards)
        {
            shard.Dispose();
        }
    }

    private void AddTensors(GgufFile file, string path)
    {
        foreach (var tensor in file.Tensors.Values)
        {
            if (!_tensors.TryAdd(tensor.Name, ToModelTensor(file, tensor, path)))
            {
                throw new ModelFormatException("The tensor is in two shards.", tensor.EntryOffset, tensor.Name, Path.GetFileName(path));
            }
        }
    }
}
