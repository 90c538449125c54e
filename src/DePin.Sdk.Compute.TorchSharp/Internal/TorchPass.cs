using System.Globalization;
using System.Runtime.InteropServices;
using DePin.Sdk.Compute.Models;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>One batch of tokens on its way through all layers.</summary>
/// <remarks>The residual and the norms are in single precision, products in the format of the weights.</remarks>
internal sealed class TorchPass : IDisposable
{
    // Keys of all sequences of a group together, so that what is gathered of one layer stays small beside the slab.
    private const int MaxGatheredKeys = 1 << 17;
    private const int MaxPieceBytes = 1 << 30;

    private readonly ModelConfig _config;
    private readonly TorchModel _model;
    private readonly KeyValueSlab _slab;
    private readonly TorchDevice _device;
    private readonly AdapterPass _adapters;
    private readonly Scalar _embeddingScale;
    private readonly Scalar _one = 1f;
    private readonly SoftCap? _attentionCap;
    private readonly SoftCap? _logitCap;
    private readonly torch.jit.CompilationUnit _functions;

    public TorchPass(ModelConfig config, TorchModel model, KeyValueSlab slab, TorchDevice device)
    {
        _config = config;
        _model = model;
        _slab = slab;
        _device = device;
        _adapters = new AdapterPass(config, model, device);
        _embeddingScale = config.EmbeddingScale;
        _attentionCap = config.AttentionSoftCap is { } scores ? new SoftCap(scores, MathF.Sqrt(config.HeadLength)) : null;
        _logitCap = config.LogitSoftCap is { } logits ? new SoftCap(logits) : null;
        _functions = torch.jit.compile(Functions(config));
    }

    /// <summary>Finds an adapter's matrices on the device, or brings them there.</summary>
    /// <exception cref="ArgumentException">It was made for another model.</exception>
    public void Bind(Inference.LoraAdapter adapter) => _adapters.Bind(adapter);

    /// <summary>Runs tokens that have been appended to their sequences.</summary>
    /// <param name="tokens">Their ids.</param>
    /// <param name="segments">The segments that they make up.</param>
    /// <param name="logitTokens">Indices of those that want logits.</param>
    /// <param name="hiddenTokens">Indices of those that want their hidden state.</param>
    /// <param name="logits">Receives the logits.</param>
    /// <param name="hidden">Receives the states.</param>
    public void Run(
        ReadOnlySpan<long> tokens,
        IReadOnlyList<BatchSegment> segments,
        IReadOnlyList<int> logitTokens,
        IReadOnlyList<int> hiddenTokens,
        Span<float> logits,
        Span<float> hidden)
    {
        using var inference = torch.inference_mode();
        using var scope = torch.NewDisposeScope();
        var groups = BatchGroup.Create(segments, MaxGatheredKeys);
        int[] order = [.. groups.SelectMany(static g => g.Segments).SelectMany(static s => Enumerable.Range(s.First, s.Count))];
        int[] places = new int[order.Length];
        long[] ids = new long[order.Length];
        long[] positions = new long[order.Length];
        long[] slots = new long[order.Length];
        int at = 0;
        foreach (var segment in groups.SelectMany(static g => g.Segments))
        {
            for (int i = 0; i < segment.Count; i++, at++)
            {
                places[order[at]] = at;
                ids[at] = tokens[order[at]];
                positions[at] = segment.Position + i;
                slots[at] = segment.Sequence.SlotOf(segment.Position + i);
            }
        }

        var attention = groups.ConvertAll(g => new GroupAttention(_config, _slab, g, _attentionCap, _device));
        _adapters.Begin([.. groups.SelectMany(static g => g.Segments)]);
        var slotIndex = _device.Upload(slots);
        var positionIndex = _device.Upload(positions);
        var angles = _model.Ropes.ToDictionary(static r => r, r => (r.Cosines.index_select(0, positionIndex), r.Sines.index_select(0, positionIndex)));
        var residual = _model.Embedding.index_select(0, _device.Upload(ids)).to(torch.ScalarType.Float32);
        if (_config.EmbeddingScale != 1)
        {
            residual.mul_(_embeddingScale);
        }

        for (int i = 0; i < _model.Layers.Count; i++)
        {
            using var layerScope = torch.NewDisposeScope();
            RunLayer(i, residual, angles[_model.Layers[i].Rope], slotIndex, attention);
        }

        _adapters.End();
        Write(residual, places, hiddenTokens, hidden, isLogits: false);
        Write(residual, places, logitTokens, logits, isLogits: true);
    }

    public void Dispose()
    {
        _adapters.Dispose();
        _functions.Dispose();
        _attentionCap?.Dispose();
        _logitCap?.Dispose();
        _embeddingScale.Dispose();
        _one.Dispose();
    }

    /// <summary>What the wrapper lacks: the tanh form of gelu, and a norm that newer libraries run as one kernel in place of six.</summary>
    /// <remarks>Only tensors are arguments: the wrapper may free numbers before the library has read them.</remarks>
    private static string Functions(ModelConfig config)
    {
        string epsilon = ((double)config.NormEpsilon).ToString("E17", CultureInfo.InvariantCulture);
        return $"""
            def gelu_tanh(x):
              return torch.gelu(x, approximate='tanh')

            def norm(x, weight):
              return torch.rms_norm(x, [{config.EmbeddingLength}], weight, {epsilon})

            def norm_heads(x, weight):
              return torch.rms_norm(x, [{config.HeadLength}], None, {epsilon}) * weight

            """;
    }

    private void RunLayer(
        int index, torch.Tensor residual, (torch.Tensor Cosines, torch.Tensor Sines) angles, torch.Tensor slots, List<GroupAttention> attention)
    {
        var layer = _model.Layers[index];
        var (heads, keyHeads, size) = (_config.HeadCount, _config.KeyValueHeadCount, _config.HeadLength);
        var input = Normalize(residual, layer.AttentionNorm, _device.Type);
        var projected = functional.linear(input, layer.Attention, layer.AttentionBias);
        projected = _adapters.Add(index, AdapterPlace.Attention, input, projected).view(-1, heads + (2 * keyHeads), size);
        var turned = Turn(projected.narrow(1, 0, heads + keyHeads), layer, angles);
        _slab.FlatKeys[index].index_copy_(0, slots, turned.narrow(1, heads, keyHeads));
        _slab.FlatValues[index].index_copy_(0, slots, projected.narrow(1, heads + keyHeads, keyHeads));
        var mixed = Attend(index, turned.narrow(1, 0, heads), attention);
        var delta = _adapters.Add(index, AdapterPlace.Output, mixed, functional.linear(mixed, layer.Output));
        AddTo(residual, delta, layer.AttentionPostNorm);

        input = Normalize(residual, layer.FeedForwardNorm, _device.Type);
        var both = _adapters.Add(index, AdapterPlace.FeedForward, input, functional.linear(input, layer.FeedForward));
        var gate = both.narrow(1, 0, _config.FeedForwardLength);
        gate = _config.Activation == FeedForwardActivation.GeluTanh ? (torch.Tensor)_functions.invoke("gelu_tanh", gate) : functional.silu(gate);
        var gated = gate.mul_(both.narrow(1, _config.FeedForwardLength, _config.FeedForwardLength));
        delta = _adapters.Add(index, AdapterPlace.Down, gated, functional.linear(gated, layer.Down));
        AddTo(residual, delta, layer.FeedForwardPostNorm);
    }

    /// <summary>Normalizes query and key heads where the model does, and rotates them.</summary>
    private torch.Tensor Turn(torch.Tensor heads, TorchLayer layer, (torch.Tensor Cosines, torch.Tensor Sines) angles)
    {
        var single = layer.HeadNorm is { } norm
            ? (torch.Tensor)_functions.invoke("norm_heads", heads.to(torch.ScalarType.Float32), norm)
            : heads;
        var turned = single.mul(angles.Cosines);
        turned.addcmul_(single.roll(_config.HeadLength / 2, -1), angles.Sines, _one);
        return turned.to(_device.Type);
    }

    private static torch.Tensor Attend(int layer, torch.Tensor queries, List<GroupAttention> groups)
    {
        if (groups.Count == 1)
        {
            return groups[0].Attend(layer, queries);
        }

        var mixed = new List<torch.Tensor>(groups.Count);
        long first = 0;
        foreach (var group in groups)
        {
            mixed.Add(group.Attend(layer, queries.narrow(0, first, group.Tokens)));
            first += group.Tokens;
        }

        return torch.cat(mixed, 0);
    }

    private void AddTo(torch.Tensor residual, torch.Tensor delta, torch.Tensor? norm) =>
        residual.add_(norm is null ? delta : Normalize(delta.to(torch.ScalarType.Float32), norm, torch.ScalarType.Float32));

    private torch.Tensor Normalize(torch.Tensor rows, torch.Tensor weight, torch.ScalarType type) =>
        ((torch.Tensor)_functions.invoke("norm", rows, weight)).to(type);

    /// <summary>The one place where results cross to the host.</summary>
    private void Write(torch.Tensor residual, int[] places, IReadOnlyList<int> wanted, Span<float> target, bool isLogits)
    {
        if (wanted.Count == 0)
        {
            return;
        }

        var rows = wanted.Count == places.Length && places.AsSpan().SequenceEqual(wanted.ToArray())
            ? residual
            : residual.index_select(0, _device.Upload([.. wanted.Select(i => (long)places[i])]));
        int width = isLogits ? _config.VocabularySize : _config.EmbeddingLength;

        // A span holds less than 2 GiB, so very many rows come in several pieces.
        int piece = Math.Max(1, MaxPieceBytes / sizeof(float) / width);
        for (int first = 0; first < wanted.Count; first += piece)
        {
            using var scope = torch.NewDisposeScope();
            int count = Math.Min(piece, wanted.Count - first);
            var result = Finish(rows.narrow(0, first, count), isLogits).cpu().contiguous();
            MemoryMarshal.Cast<byte, float>(result.bytes).CopyTo(target[(first * width)..]);
        }
    }

    private torch.Tensor Finish(torch.Tensor rows, bool isLogits)
    {
        if (!isLogits)
        {
            return Normalize(rows, _model.OutputNorm, torch.ScalarType.Float32);
        }

        var logits = functional.linear(Normalize(rows, _model.OutputNorm, _device.Type), _model.Output).to(torch.ScalarType.Float32);
        return _logitCap?.Apply(logits) ?? logits;
    }
}
