using DePin.Sdk.Compute.Inference.Kernels;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Finds tensors by name and checks their shapes against what the hyper-parameters call for.</summary>
internal sealed unsafe class WeightBinder(ModelFile file)
{
    public bool Has(string name) => file.Tensors.ContainsKey(name);

    public WeightMatrix Matrix(string name, int rows, int columns)
    {
        var tensor = Find(name);
        if (tensor.Columns != columns || tensor.Rows != rows)
        {
            throw Mismatch(tensor, $"{columns} x {rows}");
        }

        return new WeightMatrix(
            tensor.Data, rows, columns, tensor.RowBytes, MatrixKernel.For(tensor.Type));
    }

    public float[] Vector(string name, int length)
    {
        var tensor = Find(name);
        if (tensor.Columns != length || tensor.Rows != 1)
        {
            throw Mismatch(tensor, $"{length}");
        }

        var values = new float[length];
        fixed (float* target = values)
        {
            MatrixKernel.For(tensor.Type).ReadRow(tensor.Data, length, target);
        }

        return values;
    }

    public float[]? OptionalVector(string name, int length) => Has(name) ? Vector(name, length) : null;

    private static ModelFormatException Mismatch(ModelTensor tensor, string wanted) => new(
        $"The tensor has the shape {tensor.Columns} x {tensor.Rows}; the hyper-parameters call for {wanted}.", tensor.FileOffset, tensor.Name);

    private ModelTensor Find(string name) =>
        file.Tensors.TryGetValue(name, out var tensor) ? tensor : throw new ModelFormatException("The tensor is missing.", -1, name);
}
