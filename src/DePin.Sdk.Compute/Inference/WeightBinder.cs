using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Inference.Kernels;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Finds tensors by name and checks their shapes against what the hyper-parameters call for.</summary>
internal sealed unsafe class WeightBinder(GgufFile file)
{
    public bool Has(string name) => file.Tensors.ContainsKey(name);

    public WeightMatrix Matrix(string name, int rows, int columns)
    {
        var tensor = Find(name);
        if (tensor.Shape.Count != 2 || tensor.Columns != columns || tensor.Rows != rows)
        {
            throw Mismatch(tensor, $"{columns} x {rows}");
        }

        return new WeightMatrix(
            file.Bytes.Pointer + tensor.FileOffset, rows, columns, tensor.ByteLength / rows, MatrixKernel.For(tensor.Type));
    }

    public float[] Vector(string name, int length)
    {
        var tensor = Find(name);
        if (tensor.Columns != length || tensor.Rows != 1)
        {
            throw Mismatch(tensor, $"{length}");
        }

        var values = new float[length];
        file.ReadRows(tensor, 0, values);
        return values;
    }

    public float[]? OptionalVector(string name, int length) => Has(name) ? Vector(name, length) : null;

    private static ModelFormatException Mismatch(GgufTensor tensor, string wanted) => new(
        $"The tensor has the shape {string.Join(" x ", tensor.Shape)}; the hyper-parameters call for {wanted}.", tensor.EntryOffset, tensor.Name);

    private GgufTensor Find(string name) =>
        file.Tensors.TryGetValue(name, out var tensor) ? tensor : throw new ModelFormatException("The tensor is missing.", -1, name);
}
