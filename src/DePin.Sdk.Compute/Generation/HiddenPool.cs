using System.Numerics.Tensors;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Gathers the hidden states of a text's tokens into one vector.</summary>
internal sealed class HiddenPool(EmbeddingPooling pooling, int width)
{
    private readonly float[] _sum = new float[width];
    private int _count;

    /// <summary>Whether the state of a token is needed.</summary>
    public bool Wants(int position, int length) => pooling switch
    {
        EmbeddingPooling.Last => position == length - 1,
        EmbeddingPooling.Cls => position == 0,
        _ => true,
    };

    /// <summary>Adds the states of the next tokens that are needed, one row after the other.</summary>
    public void Add(ReadOnlySpan<float> rows)
    {
        for (; !rows.IsEmpty; rows = rows[width..])
        {
            TensorPrimitives.Add(_sum, rows[..width], _sum);
            _count++;
        }
    }

    /// <summary>The vector, cut to its first elements and scaled where that is wanted.</summary>
    public float[] Finish(int dimensions, bool isNormalized)
    {
        float[] vector = _sum[..dimensions];
        TensorPrimitives.Divide(vector, Math.Max(_count, 1), vector);
        if (isNormalized)
        {
            double squares = 0;
            foreach (float value in vector)
            {
                squares += (double)value * value;
            }

            float norm = (float)Math.Sqrt(squares);
            if (norm > 0)
            {
                TensorPrimitives.Divide(vector, norm, vector);
            }
        }

        return vector;
    }
}
