using DePin.Sdk.Compute.Models;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Cosines and sines of a rotation on the device, one row for each position.</summary>
internal sealed class RopeTable : IDisposable
{
    // A few MiB on the host at once, also for contexts of a million tokens.
    private const int PiecePositions = 8192;

    public RopeTable(RopeConfig rope, int headLength, int positions, TorchDevice device)
    {
        Layout = new HeadLayout(rope, headLength);
        Cosines = torch.empty([positions, 1, headLength], torch.ScalarType.Float32, device.Device);
        Sines = torch.empty([positions, 1, headLength], torch.ScalarType.Float32, device.Device);
        for (int first = 0; first < positions; first += PiecePositions)
        {
            using var scope = torch.NewDisposeScope();
            int count = Math.Min(PiecePositions, positions - first);
            var (cosines, sines) = HeadLayout.Angles(rope, headLength, first, count);
            Cosines.narrow(0, first, count).copy_(device.Upload(cosines).view(count, 1, headLength));
            Sines.narrow(0, first, count).copy_(device.Upload(sines).view(count, 1, headLength));
        }
    }

    public HeadLayout Layout { get; }

    public torch.Tensor Cosines { get; }

    /// <summary>Negative in the first half of a head.</summary>
    public torch.Tensor Sines { get; }

    public void Dispose()
    {
        Cosines.Dispose();
        Sines.Dispose();
    }
}
