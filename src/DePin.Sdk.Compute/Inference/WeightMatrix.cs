using DePin.Sdk.Compute.Inference.Kernels;

namespace DePin.Sdk.Compute.Inference;

/// <summary>A matrix of weights as it lies in the mapped file, row after row.</summary>
internal sealed unsafe class WeightMatrix(byte* data, int rows, int columns, long rowBytes, MatrixKernel kernel)
{
    public int Rows => rows;

    public int Columns => columns;

    /// <summary>Converts one row to single precision.</summary>
    public void ReadRow(int row, float* target) => kernel.ReadRow(data + (row * rowBytes), columns, target);

    /// <summary>Multiplies the rows from <paramref name="firstRow"/> to <paramref name="endRow"/> with each token's activations.</summary>
    public void Multiply(int firstRow, int endRow, float* x, int tokens, float* y, int yStride) =>
        kernel.Multiply(data, rowBytes, columns, firstRow, endRow, x, columns, tokens, y, yStride);
}
