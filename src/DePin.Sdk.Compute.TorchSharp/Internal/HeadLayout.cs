using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>The order in which the elements of query and key heads lie on the device: every head is rotated as two halves.</summary>
/// <remarks>
/// Scores do not change when queries and keys are reordered alike, so neighbours and partial rotations become halves too, by rows of
/// weights that are moved when they are loaded. Elements that are not rotated get the angle 0.
/// </remarks>
internal sealed class HeadLayout
{
    public HeadLayout(RopeConfig rope, int headLength)
    {
        int pairs = rope.Frequencies.Count;
        int half = headLength / 2;
        Sources = new int[headLength];
        for (int i = 0; i < half; i++)
        {
            bool rotates = i < pairs;
            Sources[i] = !rotates ? pairs + i : rope.RotatesHalves ? i : 2 * i;
            Sources[half + i] = !rotates ? half + i : rope.RotatesHalves ? i + pairs : (2 * i) + 1;
        }
    }

    /// <summary>For each element on the device its index in the file's head.</summary>
    public int[] Sources { get; }

    /// <summary>Cosines and signed sines of a head for some positions, one row for each.</summary>
    public static (float[] Cosines, float[] Sines) Angles(RopeConfig rope, int headLength, int first, int positions)
    {
        int half = headLength / 2;
        float[] cosines = new float[positions * headLength];
        float[] sines = new float[positions * headLength];
        Parallel.For(0, positions, p =>
        {
            int row = p * headLength;
            for (int i = 0; i < half; i++)
            {
                bool rotates = i < rope.Frequencies.Count;
                var (sine, cosine) = rotates ? Math.SinCos((first + p) * rope.Frequencies[i]) : (0, 1);
                float magnitude = rotates ? rope.Magnitude : 1;
                cosines[row + i] = cosines[row + half + i] = (float)cosine * magnitude;
                sines[row + half + i] = (float)sine * magnitude;
                sines[row + i] = -sines[row + half + i];
            }
        });
        return (cosines, sines);
    }

    /// <summary>Reorders vectors of heads that lie one behind the other.</summary>
    public float[] Reorder(ReadOnlySpan<float> heads)
    {
        float[] moved = new float[heads.Length];
        for (int i = 0; i < moved.Length; i++)
        {
            moved[i] = heads[SourceOf(i)];
        }

        return moved;
    }

    /// <summary>The row of the file's matrix that a row of the device's comes from.</summary>
    public int SourceOf(int row)
    {
        int within = row % Sources.Length;
        return row - within + Sources[within];
    }
}
