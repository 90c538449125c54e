using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Models;

/// <summary>A model in a GGUF file.</summary>
internal sealed unsafe class GgufModelFile : ModelFile
{
    private readonly GgufFile _file;
    private readonly Dictionary<string, ModelTensor> _tensors = new(StringComparer.Ordinal);

    public GgufModelFile(GgufFile file)
    {
        _file = file;
        try
        {
            foreach (var tensor in file.Tensors.Values)
            {
                if (tensor.Rows > int.MaxValue || tensor.Columns > int.MaxValue)
                {
                    throw new ModelFormatException("The tensor has more rows or columns than can be counted.", tensor.EntryOffset, tensor.Name);
                }

                _tensors.Add(tensor.Name, new ModelTensor(tensor.Name, tensor.Type, (int)tensor.Rows, (int)tensor.Columns, "", tensor.FileOffset)
                {
                    Data = file.Bytes.Pointer + tensor.FileOffset,
                });
            }

            Config = GgufConfigReader.Read(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public override ModelConfig Config { get; }

    public override IReadOnlyDictionary<string, ModelTensor> Tensors => _tensors;

    public override string? Name => _file.Metadata.TryGetString("general.name", out string? name) && name.Length > 0 ? name : null;

    public override string? ChatTemplate => _file.Metadata.TryGetString("tokenizer.chat_template", out string? source) ? source : null;

    public override EmbeddingPooling? Pooling => !_file.Metadata.TryGetInteger($"{Config.Architecture}.pooling_type", out long type) ? null : type switch
    {
        1 => EmbeddingPooling.Mean,
        2 => EmbeddingPooling.Cls,
        3 => EmbeddingPooling.Last,
        _ => null,
    };

    public override Tokenizer ReadTokenizer() => Tokenizer.Read(_file);

    private protected override void Close() => _file.Dispose();
}
