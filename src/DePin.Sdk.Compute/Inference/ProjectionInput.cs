using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Inference.Numerics;

namespace DePin.Sdk.Compute.Inference;

/// <summary>The input of a projection: rows of single precision, their eight-bit form, and their low-rank images under adapters.</summary>
internal sealed unsafe class ProjectionInput : IDisposable
{
    /// <summary>The most matrices of one projection.</summary>
    public const int MaxMatrices = 3;

    private readonly int _maxTokens;
    private readonly LoraPair?[]?[] _adapters;
    private NativeBuffer? _low;
    private int _maxRank;

    public ProjectionInput(int maxTokens, int maxColumns)
    {
        _maxTokens = maxTokens;
        Quantized = new QuantizedActivations(maxTokens, maxColumns);
        _adapters = new LoraPair?[maxTokens][];
    }

    public QuantizedActivations Quantized { get; }

    /// <summary>The rows that were prepared last.</summary>
    public float* Rows { get; private set; }

    /// <summary>Distance from one row to the next.</summary>
    public long Stride { get; private set; }

    public bool HasAdapters { get; private set; }

    /// <summary>Makes room for the images under adapters up to a rank.</summary>
    public void EnsureRank(int rank)
    {
        if (rank > _maxRank)
        {
            _maxRank = rank;
            _low?.Dispose();
            _low = new NativeBuffer((long)_maxTokens * MaxMatrices * rank);
        }
    }

    /// <summary>Says which rows the next projection reads; then <see cref="Prepare"/> is called for each. Members that share the rows all say the same.</summary>
    public void Begin(float* rows, long stride, bool hasAdapters)
    {
        Rows = rows;
        Stride = stride;
        HasAdapters = hasAdapters;
    }

    /// <summary>Prepares the row of a token for a projection. Different tokens may be prepared by different threads.</summary>
    public void Prepare(int token, Projection projection, LoraPair?[]? adapter)
    {
        float* row = Rows + (token * Stride);
        if (projection.TakesQuantized)
        {
            Quantized.Quantize(token, row, projection.Columns);
        }

        if (!HasAdapters)
        {
            return;
        }

        _adapters[token] = adapter;
        for (int i = 0; adapter is not null && i < adapter.Length; i++)
        {
            if (adapter[i] is { } pair)
            {
                float* low = LowRank(token, i);
                fixed (float* a = pair.A)
                {
                    for (int r = 0; r < pair.Rank; r++)
                    {
                        low[r] = Numerics.Rows.Dot(a + ((long)r * pair.Columns), row, pair.Columns);
                    }
                }
            }
        }
    }

    public LoraPair? AdapterOf(int token, int matrix) => _adapters[token]?[matrix];

    public float* LowRank(int token, int matrix) => _low!.Pointer + ((((long)token * MaxMatrices) + matrix) * _maxRank);

    public void Dispose()
    {
        Quantized.Dispose();
        _low?.Dispose();
    }
}
