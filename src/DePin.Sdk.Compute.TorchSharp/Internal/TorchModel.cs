using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>All weights of a model on the device.</summary>
internal sealed class TorchModel : IDisposable
{
    private readonly List<IDisposable> _parts = [];

    public TorchModel(ModelFile file, int contextLength, TorchDevice device, IProgress<ModelLoadProgress>? progress)
    {
        var config = file.Config;
        var tensors = new ModelTensors(file);
        var loader = new WeightLoader(device, progress, file.Tensors.Values.Where(static t => t.Rows > 1).Sum(static t => t.ByteLength));
        try
        {
            var ropes = new Dictionary<RopeConfig, RopeTable>();
            for (int i = 0; i < config.BlockCount; i++)
            {
                var rope = config.RopeOf(i, contextLength);
                if (!ropes.TryGetValue(rope, out var table))
                {
                    ropes.Add(rope, table = Keep(new RopeTable(rope, config.HeadLength, contextLength, device)));
                }

                Layers.Add(Keep(new TorchLayer(tensors.Layers[i], config, table, loader)));
            }

            Ropes = [.. ropes.Values];
            Embedding = Keep(loader.Matrix(new WeightPart(tensors.Embedding)));
            OutputNorm = Keep(loader.Vector(tensors.OutputNorm)!);
            Output = tensors.Output == tensors.Embedding ? Embedding : Keep(loader.Matrix(new WeightPart(tensors.Output)));
            Bytes = loader.Bytes;
        }
        catch
        {
            Dispose();
            throw;
        }

        GC.KeepAlive(file);
    }

    public torch.Tensor Embedding { get; } = null!;

    public List<TorchLayer> Layers { get; } = [];

    /// <summary>The rotations that layers have, each once.</summary>
    public IReadOnlyList<RopeTable> Ropes { get; } = [];

    public torch.Tensor OutputNorm { get; } = null!;

    public torch.Tensor Output { get; } = null!;

    /// <summary>Bytes on the device.</summary>
    public long Bytes { get; }

    public void Dispose()
    {
        _parts.ForEach(static p => p.Dispose());
        _parts.Clear();
    }

    private T Keep<T>(T part) where T : IDisposable
    {
        _parts.Add(part);
        return part;
    }
}
