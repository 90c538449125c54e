using System.Diagnostics;
using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Inference.Numerics;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Matrices that multiply the same input; their results lie side by side in a row of the output.</summary>
internal sealed unsafe class Projection : IDisposable
{
    private readonly PackedMatrix[] _matrices;
    private readonly TensorRows[] _sources;
    private readonly int[] _starts;

    /// <param name="sources">The matrices, all with the same columns.</param>
    public Projection(params ReadOnlySpan<TensorRows> sources)
    {
        _sources = sources.ToArray();
        _matrices = new PackedMatrix[sources.Length];
        _starts = new int[sources.Length];
        Columns = sources[0].Columns;
        try
        {
            for (int i = 0; i < sources.Length; i++)
            {
                Debug.Assert(sources[i].Columns == Columns, "All matrices take the same input.");
                _starts[i] = Rows;
                Rows += sources[i].Rows;
                _matrices[i] = PackedMatrix.Create(sources[i].Tensor, sources[i].FirstRow, sources[i].Rows);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Columns { get; }

    /// <summary>Length of a row of the output.</summary>
    public int Rows { get; }

    public IReadOnlyList<PackedMatrix> Matrices => _matrices;

    public IReadOnlyList<TensorRows> Sources => _sources;

    /// <summary>Whether a matrix reads eight-bit activations.</summary>
    public bool TakesQuantized => Array.Exists(_matrices, static m => !m.TakesFloats);

    /// <summary>Finds what an adapter adds to each of the matrices.</summary>
    /// <exception cref="ArgumentException">It has other shapes than the matrices, so it was made for another model.</exception>
    public LoraPair?[] Find(LoraAdapter adapter) => Array.ConvertAll(_sources, source =>
    {
        var pair = adapter.Pairs.GetValueOrDefault(source.Tensor.Name);
        if (pair is not null && (pair.Rows != source.Tensor.Rows || pair.Columns != source.Tensor.Columns))
        {
            throw new ArgumentException(
                $"The adapter was made for another model: it changes {source.Tensor.Name} as {pair.Columns} x {pair.Rows}, and here it is {source.Tensor.Columns} x {source.Tensor.Rows}.", nameof(adapter));
        }

        return pair;
    });

    /// <summary>Multiplies one of the matrices, rows <paramref name="firstRow"/> to <paramref name="endRow"/> of it, with all tokens.</summary>
    /// <param name="index">Which matrix.</param>
    /// <param name="firstRow">First row; a multiple of 32.</param>
    /// <param name="endRow">Row behind the last; a multiple of 32 or the end.</param>
    /// <param name="input">The rows of activations.</param>
    /// <param name="tokens">Number of tokens.</param>
    /// <param name="output">Rows of <paramref name="stride"/> numbers, one for each token.</param>
    /// <param name="stride">At least <see cref="Rows"/>.</param>
    public void Multiply(int index, int firstRow, int endRow, ProjectionInput input, int tokens, float* output, long stride)
    {
        var matrix = _matrices[index];
        output += _starts[index];
        matrix.Multiply(
            input.Quantized, input.Rows, input.Stride, 0, tokens, firstRow / PackedMatrix.GroupRows, (endRow + PackedMatrix.GroupRows - 1) / PackedMatrix.GroupRows, output, stride);
        if (input.HasAdapters)
        {
            AddAdapters(index, firstRow, endRow, input, tokens, output, stride);
        }
    }

    /// <summary>Multiplies the rows from one to another of all matrices, as if they were one.</summary>
    public void Multiply(int firstRow, int endRow, ProjectionInput input, int tokens, float* output, long stride)
    {
        for (int i = 0; i < _matrices.Length; i++)
        {
            int from = Math.Max(firstRow - _starts[i], 0);
            int to = Math.Min(endRow - _starts[i], _sources[i].Rows);
            if (from < to)
            {
                Multiply(i, from, to, input, tokens, output, stride);
            }
        }
    }

    public void Dispose()
    {
        foreach (var matrix in _matrices)
        {
            matrix?.Dispose();
        }
    }

    private void AddAdapters(int index, int firstRow, int endRow, ProjectionInput input, int tokens, float* output, long stride)
    {
        for (int t = 0; t < tokens; t++)
        {
            if (input.AdapterOf(t, index) is not { } pair)
            {
                continue;
            }

            float* low = input.LowRank(t, index);
            fixed (float* b = pair.B)
            {
                for (int row = firstRow; row < endRow; row++)
                {
                    output[(t * stride) + row] += Numerics.Rows.Dot(b + ((long)(_sources[index].FirstRow + row) * pair.Rank), low, pair.Rank);
                }
            }
        }
    }

}
