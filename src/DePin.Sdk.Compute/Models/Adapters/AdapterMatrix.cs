namespace DePin.Sdk.Compute.Models.Adapters;

/// <summary>One matrix of an adapter, read when its shape is known to fit.</summary>
/// <param name="tensor">Where it lies.</param>
internal sealed class AdapterMatrix(ModelTensor tensor)
{
    public int Rows => tensor.Rows;

    public int Columns => tensor.Columns;

    public ModelFormatException Error(string message) => tensor.Error(message);

    public float[] Read()
    {
        if ((long)Rows * Columns > Array.MaxLength)
        {
            throw Error("The matrix is too large.");
        }

        float[] values = new float[Rows * Columns];
        for (int i = 0; i < Rows; i++)
        {
            tensor.ReadRow(i, values.AsSpan(i * Columns, Columns));
        }

        return Array.TrueForAll(values, float.IsFinite) ? values : throw Error("The matrix has a number that is not finite.");
    }
}
