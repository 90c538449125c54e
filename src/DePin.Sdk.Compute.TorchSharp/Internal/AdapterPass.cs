using DePin.Sdk.Compute.Inference;
using DePin.Sdk.Compute.Models;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>What adapters add to the products of a batch: for each adapter its own rows, B(Ax).</summary>
internal sealed class AdapterPass(ModelConfig config, TorchModel model, TorchDevice device) : IDisposable
{
    private readonly Dictionary<LoraAdapter, Dictionary<(int Layer, AdapterPlace Place), List<BoundPair>>> _bound = [];
    private readonly List<(LoraAdapter Adapter, torch.Tensor Rows)> _active = [];
    private readonly List<IDisposable> _tensors = [];
    private readonly Scalar _one = 1f;

    /// <exception cref="ArgumentException">It was made for another model.</exception>
    public void Bind(LoraAdapter adapter)
    {
        if (_bound.ContainsKey(adapter))
        {
            return;
        }

        var pairs = new Dictionary<(int, AdapterPlace), List<BoundPair>>();
        List<(int Layer, AdapterPlace Place, LoraPair Pair, WeightPart Part, int Column)> found = [];
        HashSet<string> names = [];
        for (int i = 0; i < config.BlockCount; i++)
        {
            foreach (var (place, part, column) in model.Layers[i].Parts)
            {
                var source = part.Source;
                names.Add(source.Tensor.Name);
                if (adapter.Pairs.GetValueOrDefault(source.Tensor.Name) is not { } pair)
                {
                    continue;
                }

                if (pair.Rows != source.Tensor.Rows || pair.Columns != source.Columns)
                {
                    throw new ArgumentException($"The adapter was made for another model: it changes {source.Tensor.Name} as {pair.Columns} x {pair.Rows}, and here it is {source.Columns} x {source.Tensor.Rows}.", nameof(adapter));
                }

                found.Add((i, place, pair, part, column));
            }
        }

        if (adapter.Pairs.Keys.FirstOrDefault(name => !names.Contains(name)) is { } stranger)
        {
            throw new ArgumentException($"The adapter was made for another model: it changes {stranger}, which is none of the layers' matrices here.", nameof(adapter));
        }

        foreach (var (layer, place, pair, part, column) in found)
        {
            if (!pairs.TryGetValue((layer, place), out var list))
            {
                pairs.Add((layer, place), list = []);
            }

            list.Add(Bind(pair, part, column));
        }

        _bound.Add(adapter, pairs);
    }

    /// <summary>Finds the rows of each adapter in a batch.</summary>
    public void Begin(IReadOnlyList<BatchSegment> segments)
    {
        _active.Clear();
        var rows = new Dictionary<LoraAdapter, List<long>>();
        long row = 0;
        foreach (var segment in segments)
        {
            if (segment.Sequence.Adapter is { } adapter)
            {
                if (!rows.TryGetValue(adapter, out var list))
                {
                    rows.Add(adapter, list = []);
                }

                list.AddRange(Enumerable.Range((int)row, segment.Count).Select(static i => (long)i));
            }

            row += segment.Count;
        }

        foreach (var (adapter, list) in rows)
        {
            _active.Add((adapter, device.Upload([.. list])));
        }
    }

    public void End() => _active.Clear();

    /// <summary>Adds to the results of a product, in place.</summary>
    public torch.Tensor Add(int layer, AdapterPlace place, torch.Tensor input, torch.Tensor output)
    {
        foreach (var (adapter, rows) in _active)
        {
            if (_bound[adapter].GetValueOrDefault((layer, place)) is not { } pairs)
            {
                continue;
            }

            var own = input.index_select(0, rows);
            foreach (var pair in pairs)
            {
                var delta = functional.linear(functional.linear(own, pair.A), pair.B);
                output.narrow(1, pair.Column, delta.shape[1]).index_add_(0, rows, delta, _one);
            }
        }

        return output;
    }

    public void Dispose()
    {
        _tensors.ForEach(static t => t.Dispose());
        _one.Dispose();
    }

    private BoundPair Bind(LoraPair pair, WeightPart part, int column)
    {
        var source = part.Source;
        float[] b = new float[source.Rows * pair.Rank];
        for (int i = 0; i < source.Rows; i++)
        {
            int from = source.FirstRow + (part.Layout?.SourceOf(i) ?? i);
            for (int r = 0; r < pair.Rank; r++)
            {
                b[(i * pair.Rank) + r] = pair.B[(from * pair.Rank) + r] * part.Scale;
            }
        }

        return new BoundPair(Keep(pair.A, pair.Rank, pair.Columns), Keep(b, source.Rows, pair.Rank), column);
    }

    private torch.Tensor Keep(float[] values, int rows, int columns)
    {
        using var flat = device.Upload(values);
        using var matrix = flat.reshape(rows, columns);
        var kept = matrix.to(device.Type, copy: true);
        _tensors.Add(kept);
        return kept;
    }

    private sealed record BoundPair(torch.Tensor A, torch.Tensor B, int Column);
}
