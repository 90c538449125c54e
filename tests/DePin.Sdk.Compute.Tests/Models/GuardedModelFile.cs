using DePin.Sdk.Compute.Models;
using DePin.Sdk.Compute.Tests.Inference.Kernels;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Tests.Models;

/// <summary>A model of which each tensor ends at a page that may not be touched.</summary>
internal sealed unsafe class GuardedModelFile : ModelFile
{
    private readonly ModelFile _inner;
    private readonly List<GuardedMemory> _memory = [];
    private readonly Dictionary<string, ModelTensor> _tensors = [];

    public GuardedModelFile(ModelFile inner)
    {
        _inner = inner;
        foreach (var tensor in inner.Tensors.Values)
        {
            var memory = new GuardedMemory(new ReadOnlySpan<byte>(tensor.Data, checked((int)tensor.ByteLength)));
            _memory.Add(memory);
            _tensors.Add(tensor.Name, tensor with { Data = memory.Pointer, IsMapped = false });
        }
    }

    public override ModelConfig Config => _inner.Config;

    public override IReadOnlyDictionary<string, ModelTensor> Tensors => _tensors;

    public override string? Name => _inner.Name;

    public override string? ChatTemplate => _inner.ChatTemplate;

    public override Tokenizer ReadTokenizer() => _inner.ReadTokenizer();

    private protected override void Close()
    {
        _memory.ForEach(static m => m.Dispose());
        _inner.Dispose();
    }
}
