using System.Runtime.CompilerServices;

namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Multiplies panels of 16 packed rows with quantized activations.</summary>
internal abstract unsafe class PanelKernel
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = 16;

    // Weights that stay in the second-level cache while all tokens pass.
    private const long CachedBytes = 400_000;

    /// <summary>The most tokens that a call of <see cref="MultiplyTile"/> takes.</summary>
    protected abstract int MaximumTile { get; }

    /// <summary>y[t * yStride + r] = row r . token t for the tokens and the panels in the ranges.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Multiply(
        byte* panels, long panelBytes, int rows, int columns, QuantizedActivations q, int firstToken, int endToken, int firstPanel, int endPanel, float* y, long yStride)
    {
        int blocks = columns / QuantizedActivations.BlockColumns;
        int tiles = (endToken - firstToken + MaximumTile - 1) / MaximumTile;
        int strip = tiles == 1 ? endPanel - firstPanel : (int)Math.Max(1, CachedBytes / panelBytes);
        for (int first = firstPanel; first < endPanel; first += strip)
        {
            int end = Math.Min(endPanel, first + strip);
            int token = firstToken;
            for (int remaining = tiles; remaining > 0; remaining--)
            {
                // Tiles of about the same width; the activations of one stay in the first-level cache while the panels pass.
                int count = (endToken - token + remaining - 1) / remaining;
                for (int panel = first; panel < end; panel++)
                {
                    int row = panel * Rows;
                    MultiplyTile(panels + (panel * panelBytes), blocks, q, token, count, y + row + (token * yStride), yStride, Math.Min(Rows, rows - row));
                }

                token += count;
            }
        }
    }

    /// <summary>One panel with a few tokens; writes the first <paramref name="rows"/> rows.</summary>
    protected abstract void MultiplyTile(byte* panel, int blocks, QuantizedActivations q, int token, int tokens, float* y, long yStride, int rows);

    /// <summary>Copies the results of a tile, which lie token after token.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void Store(float* results, int resultStride, int tokens, float* y, long yStride, int rows)
    {
        for (int t = 0; t < tokens; t++, y += yStride, results += resultStride)
        {
            new ReadOnlySpan<float>(results, rows).CopyTo(new Span<float>(y, rows));
        }
    }
}
