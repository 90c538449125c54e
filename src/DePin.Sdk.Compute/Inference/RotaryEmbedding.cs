namespace DePin.Sdk.Compute.Inference;

/// <summary>Rotates pairs of elements of a head by angles that grow with the position.</summary>
internal sealed unsafe class RotaryEmbedding
{
    private readonly double[] _frequencies;
    private readonly bool _rotatesHalves;

    public RotaryEmbedding(ModelConfig config, float[]? factors)
    {
        _rotatesHalves = config.RotatesHalves;
        _frequencies = new double[config.RopeLength / 2];
        for (int i = 0; i < _frequencies.Length; i++)
        {
            double frequency = Math.Pow(config.RopeBase, -2.0 * i / config.RopeLength) / config.RopeScale;
            _frequencies[i] = factors is null ? frequency : frequency / factors[i];
        }
    }

    /// <summary>Number of rotated pairs.</summary>
    public int Pairs => _frequencies.Length;

    /// <summary>Writes cosine and sine of each pair's angle, alternating: 2 * <see cref="Pairs"/> numbers.</summary>
    public void WriteAngles(int position, float* target)
    {
        for (int i = 0; i < _frequencies.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
            target[2 * i] = (float)cosine;
            target[(2 * i) + 1] = (float)sine;
        }
    }

    /// <summary>Rotates one head in place.</summary>
    public void Rotate(float* head, float* angles)
    {
        int pairs = _frequencies.Length;
        int step = _rotatesHalves ? 1 : 2;
        int apart = _rotatesHalves ? pairs : 1;
        for (int i = 0; i < pairs; i++)
        {
            float cosine = angles[2 * i];
            float sine = angles[(2 * i) + 1];
            float* first = head + (i * step);
            float a = first[0];
            float b = first[apart];
            first[0] = (a * cosine) - (b * sine);
            first[apart] = (a * sine) + (b * cosine);
        }
    }
}
