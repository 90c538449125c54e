namespace DePin.Sdk.Compute.Models;

/// <summary>A matrix of a model: some rows of a tensor, since files may hold several matrices in one tensor.</summary>
/// <param name="Tensor">The tensor that holds the rows.</param>
/// <param name="FirstRow">Index of the first row.</param>
/// <param name="Rows">Number of rows.</param>
public readonly record struct TensorRows(ModelTensor Tensor, int FirstRow, int Rows)
{
    /// <summary>Elements in a row.</summary>
    public int Columns => Tensor.Columns;

    /// <summary>The first byte of the first row.</summary>
    internal unsafe byte* Data => Tensor.Data + (FirstRow * Tensor.RowBytes);
}
