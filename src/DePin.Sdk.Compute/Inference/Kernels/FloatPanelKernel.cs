namespace DePin.Sdk.Compute.Inference.Kernels;

/// <summary>Multiplies panels of 16 packed rows of floating-point weights with float activations.</summary>
internal abstract unsafe class FloatPanelKernel
{
    /// <summary>y[t * yStride + r] = row r . token t for the tokens and the panels in the ranges.</summary>
    public abstract void Multiply(
        byte* panels, long panelBytes, int rows, int columns, float* x, long xStride, int firstToken, int endToken, int firstPanel, int endPanel, float* y, long yStride);
}
