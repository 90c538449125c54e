namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Multiplies panels of 16 packed rows with quantized activations.</summary>
internal abstract unsafe class PanelKernel
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = 16;

    /// <summary>
    /// y[t * yStride + r] = row r . token t for the tokens and the panels in the ranges.
    /// </summary>
    public void Multiply(
        byte* panels, int rows, int columns, QuantizedActivations q, int firstToken, int endToken, int firstPanel, int endPanel, float* y, long yStride)
    {
        // The activations of the tokens between two passes over the weights stay in the second-level cache.
        int blocks = columns / QuantizedActivations.BlockColumns;
        int chunk = Math.Max(48, 300_000 / columns / 12 * 12);
        long panelBytes = PanelBytes(columns);
        for (int first = firstToken; first < endToken; first += chunk)
        {
            int end = Math.Min(endToken, first + chunk);
            for (int panel = firstPanel; panel < endPanel; panel++)
            {
                MultiplyPanel(panels + (panel * panelBytes), blocks, q, first, end, y + (panel * Rows), yStride, Math.Min(Rows, rows - (panel * Rows)));
            }
        }
    }

    protected abstract long PanelBytes(int columns);

    /// <summary>One panel with a run of tokens; writes the first <paramref name="rows"/> rows.</summary>
    protected abstract void MultiplyPanel(byte* panel, int blocks, QuantizedActivations q, int firstToken, int endToken, float* y, long yStride, int rows);
}
