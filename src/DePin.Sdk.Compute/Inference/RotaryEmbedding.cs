using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>Rotates pairs of elements of a head by angles that grow with the position.</summary>
internal sealed unsafe class RotaryEmbedding(RopeConfig config) : IDisposable
{
    private readonly double[] _frequencies = [.. config.Frequencies];
    private NativeBuffer? _angles;
    private int _positions;

    /// <summary>Computes the angles of all positions below a number, unless they are there.</summary>
    public void EnsurePositions(int positions)
    {
        if (positions <= _positions)
        {
            return;
        }

        int pairs = _frequencies.Length;
        int room = Math.Max(positions, Math.Max(2 * _positions, 256));
        var angles = new NativeBuffer(2L * pairs * room);
        if (_angles is not null)
        {
            new ReadOnlySpan<float>(_angles.Pointer, 2 * pairs * _positions).CopyTo(new Span<float>(angles.Pointer, 2 * pairs * _positions));
            _angles.Dispose();
        }

        for (long p = _positions; p < room; p++)
        {
            for (int i = 0; i < pairs; i++)
            {
                var (sine, cosine) = Math.SinCos(p * _frequencies[i]);
                angles.Pointer[(2 * p * pairs) + i] = (float)cosine * config.Magnitude;
                angles.Pointer[(2 * p * pairs) + pairs + i] = (float)sine * config.Magnitude;
            }
        }

        _angles = angles;
        _positions = room;
    }

    /// <summary>Rotates one head in place.</summary>
    public void Rotate(float* head, int position)
    {
        int pairs = _frequencies.Length;
        float* cosines = _angles!.Pointer + (2L * position * pairs);
        float* sines = cosines + pairs;
        int step = config.RotatesHalves ? 1 : 2;
        int apart = config.RotatesHalves ? pairs : 1;
        for (int i = 0; i < pairs; i++)
        {
            float* first = head + (i * step);
            float a = first[0];
            float b = first[apart];
            first[0] = (a * cosines[i]) - (b * sines[i]);
            first[apart] = (a * sines[i]) + (b * cosines[i]);
        }
    }

    public void Dispose() => _angles?.Dispose();
}
