using DePin.Sdk.Compute.Safetensors;
using DePin.Sdk.Compute.Tokenizers;
using DePin.Sdk.Compute.Tokenizers.HuggingFace;

namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>A model in the Hugging Face layout: safetensors files with <c>config.json</c> and what belongs to the tokenizer.</summary>
internal sealed class HuggingFaceModelFile : ModelFile
{
    private const string ConfigFile = "config.json";
    private const string TokenizerFile = "tokenizer.json";
    private const string TokenizerConfigFile = "tokenizer_config.json";
    private const string TemplateFile = "chat_template.jinja";
    private const string TemplateKey = "chat_template";
    private const int MaximumEndTokens = 256;
    private const int MaximumTemplates = 64;

    private readonly HuggingFaceFolder _folder;
    private readonly JsonSettings _settings;
    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, ModelTensor> _tensors = new(StringComparer.Ordinal);
    private readonly Lazy<string?> _template;

    /// <summary>Opens a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">Name of the one file of weights to use; null for what the folder has.</param>
    public HuggingFaceModelFile(HuggingFaceFolder folder, string? name)
    {
        _folder = folder;
        _settings = folder.ReadJson(ConfigFile, HuggingFaceFolder.MaximumConfigBytes)
            ?? throw new ModelFormatException("The file that describes the model is missing.", -1, null, ConfigFile);
        try
        {
            AddTensors(SafetensorsShards.Open(folder, name, _files));
            Config = HuggingFaceConfigReader.Read(_settings, _tensors.TryGetValue("token_embd.weight", out var embedding) ? embedding.Rows : 0);
            TieOutput();
        }
        catch
        {
            Close();
            throw;
        }

        _template = new Lazy<string?>(ReadTemplate);
    }

    public override ModelConfig Config { get; }

    public override IReadOnlyDictionary<string, ModelTensor> Tensors => _tensors;

    public override string? Name => System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(_folder.Path)) is { Length: > 0 } name ? name : null;

    public override string? ChatTemplate => _template.Value;

    public override Tokenizer ReadTokenizer()
    {
        byte[] json = _folder.Read(TokenizerFile, HuggingFaceFolder.MaximumTokenizerBytes)
            ?? throw new ModelFormatException("The file of the tokenizer is missing.", -1, null, TokenizerFile);
        byte[]? config = _folder.Read(TokenizerConfigFile, HuggingFaceFolder.MaximumTokenizerBytes);
        return HuggingFaceTokenizerReader.Read(json, config, ReadEndTokens(), Config.VocabularySize);
    }

    /// <summary>The tokens that end an answer.</summary>
    internal int[] ReadEndTokens()
    {
        const string Key = "eos_token_id";
        var generation = _folder.ReadJson("generation_config.json", HuggingFaceFolder.MaximumConfigBytes);
        var source = generation?.Has(Key) == true ? generation : _settings.Has(Key) ? _settings : _settings.Object("text_config");
        if (source?.Has(Key) != true)
        {
            return [];
        }

        int[] tokens = source.IsList(Key) ? source.Integers(Key, MaximumEndTokens)! : [(int)source.Number(Key, 0, 0, int.MaxValue)];
        return Array.TrueForAll(tokens, t => t >= 0 && t < Config.VocabularySize)
            ? tokens
            : throw source.Error(Key, $"A token is not among the {Config.VocabularySize} tokens.");
    }

    private protected override void Close() => _files.ForEach(static f => f.Dispose());

    /// <summary>The view of a tensor that does not depend on the file's format.</summary>
    internal static unsafe ModelTensor ToModelTensor(SafetensorsFile file, SafetensorsTensor tensor, string name, float bias)
    {
        ModelFormatException Error(string message) => new(message, tensor.EntryOffset, tensor.Name, System.IO.Path.GetFileName(file.Path));
        var type = tensor.WeightType ?? throw Error($"The tensor type {tensor.Type} is not supported; F32, F16 and BF16 are.");
        var (rows, columns) = tensor.Shape switch
        {
            [var length] => (1, length),
            [var height, var length] => (height, length),
            _ => throw Error($"The tensor has {tensor.Shape.Length} dimensions; 1 or 2 are wanted."),
        };
        if (rows is < 1 or > int.MaxValue || columns is < 1 or > int.MaxValue / 4)
        {
            throw Error($"The tensor has the shape {columns} x {rows}, which cannot be counted.");
        }

        return new ModelTensor(name, type, (int)rows, (int)columns, file.Path, tensor.FileOffset)
        {
            Data = file.Bytes.Pointer + tensor.FileOffset,
            IsMapped = file.Bytes.IsMapped,
            Bias = bias,
        };
    }

    private void AddTensors(IEnumerable<(SafetensorsTensor Tensor, SafetensorsFile File)> tensors)
    {
        bool isGemma = (_settings.Object("text_config") ?? _settings).Text("model_type")?.StartsWith("gemma", StringComparison.Ordinal) == true;
        foreach (var (tensor, file) in tensors)
        {
            if (!HuggingFaceNames.TryTranslate(tensor.Name, isGemma, out string? name))
            {
                if (HuggingFaceNames.IsOutsideLanguageModel(tensor.Name))
                {
                    continue;
                }

                throw new ModelFormatException(
                    "The tensor has no part in the architecture.", tensor.EntryOffset, tensor.Name, System.IO.Path.GetFileName(file.Path));
            }

            // The norms of Gemma multiply by one more than what is stored.
            float bias = isGemma && name.EndsWith("norm.weight", StringComparison.Ordinal) ? 1 : 0;
            if (!_tensors.TryAdd(name, ToModelTensor(file, tensor, name, bias)))
            {
                throw new ModelFormatException(
                    "The tensor stands for the same weights as another.", tensor.EntryOffset, tensor.Name, System.IO.Path.GetFileName(file.Path));
            }
        }
    }

    // A file may hold the output of a model that ties it to the embedding; it is then a copy.
    private void TieOutput()
    {
        const string Output = "output.weight";
        const string Key = "tie_word_embeddings";
        bool isTied = _settings.Flag(Key, _settings.Object("text_config")?.Flag(Key, true) ?? Config.HasPostNorms);
        if (isTied)
        {
            _tensors.Remove(Output);
        }
        else if (_settings.Has(Key) && !_tensors.ContainsKey(Output))
        {
            throw new ModelFormatException($"The tensor is missing, though {Key} is false.", -1, "lm_head.weight");
        }
    }

    private string? ReadTemplate()
    {
        if (_folder.ReadText(TemplateFile, HuggingFaceFolder.MaximumConfigBytes) is { } file)
        {
            return file;
        }

        var config = _folder.ReadJson(TokenizerConfigFile, HuggingFaceFolder.MaximumTokenizerBytes);
        if (config?.IsList(TemplateKey) != true)
        {
            return config?.Text(TemplateKey);
        }

        var templates = config.Objects(TemplateKey, MaximumTemplates)!;
        return (Array.Find(templates, static t => t.Text("name") == "default") ?? templates.FirstOrDefault())?.Text("template");
    }
}
