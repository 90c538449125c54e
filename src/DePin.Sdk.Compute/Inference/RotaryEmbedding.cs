using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Rotates pairs of elements of a head by angles that grow with the position.</summary>
internal sealed unsafe class RotaryEmbedding(RopeConfig config)
{
    private readonly double[] _frequencies = [.. config.Frequencies];

    /// <summary>Number of rotated pairs.</summary>
    public int Pairs => _frequencies.Length;

    /// <summary>Writes cosine and sine of each pair's angle, alternating: 2 * <see cref="Pairs"/> numbers.</summary>
    public void WriteAngles(int position, float* target)
    {
        for (int i = 0; i < _frequencies.Length; i++)
        {
            var (sine, cosine) = Math.SinCos(position * _frequencies[i]);
            target[2 * i] = (float)cosine * config.Magnitude;
            target[(2 * i) + 1] = (float)sine * config.Magnitude;
        }
    }

    /// <summary>Rotates one head in place.</summary>
    public void Rotate(float* head, float* angles)
    {
        int pairs = _frequencies.Length;
        int step = config.RotatesHalves ? 1 : 2;
        int apart = config.RotatesHalves ? pairs : 1;
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
