namespace DePin.Sdk.Compute.Models;

/// <summary>Finds tensors by name and checks their shapes against what the description of the model calls for.</summary>
internal sealed class TensorBinder(ModelFile file)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    public bool Has(string name) => file.Tensors.ContainsKey(name);

    /// <summary>Rows of a tensor, 0 for one that is missing.</summary>
    public int RowsOf(string name) => file.Tensors.TryGetValue(name, out var tensor) ? tensor.Rows : 0;

    public TensorRows Matrix(string name, int rows, int columns)
    {
        var tensor = Find(name, rows, columns);
        return new TensorRows(tensor, 0, rows);
    }

    /// <summary>Two or three matrices that lie one behind the other in one tensor.</summary>
    public (TensorRows First, TensorRows Second, TensorRows Third) Matrices(string name, int first, int second, int third, int columns)
    {
        var tensor = Find(name, (long)first + second + third, columns);
        return (new TensorRows(tensor, 0, first), new TensorRows(tensor, first, second), new TensorRows(tensor, first + second, third));
    }

    public float[] Vector(string name, int length)
    {
        var tensor = Find(name, 1, length);
        float[] values = new float[length];
        tensor.ReadRow(0, values);
        return values;
    }

    public float[]? OptionalVector(string name, int length) => Has(name) ? Vector(name, length) : null;

    /// <summary>Refuses weights that no part of the architecture would use: leaving them out would give other answers than the model's.</summary>
    public void CheckAllUsed()
    {
        foreach (var tensor in file.Tensors.Values)
        {
            if (!_used.Contains(tensor.Name) && !IsRotation(tensor.Name))
            {
                throw tensor.Error($"The tensor has no part in the architecture '{file.Config.Architecture}'.");
            }
        }
    }

    // Factors and frequencies of the rotation went into the description already.
    private static bool IsRotation(string name) =>
        name.Contains("rope_f", StringComparison.Ordinal) || name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal)
        || name.EndsWith("attn_rot_embd", StringComparison.Ordinal);

    private ModelTensor Find(string name, long rows, int columns)
    {
        if (!file.Tensors.TryGetValue(name, out var tensor))
        {
            throw new ModelFormatException("The tensor is missing.", -1, name);
        }

        if (tensor.Columns != columns || tensor.Rows != rows)
        {
            throw tensor.Error($"The tensor has the shape {tensor.Columns} x {tensor.Rows}; the hyper-parameters call for {columns} x {rows}.");
        }

        _used.Add(name);
        return tensor;
    }
}
