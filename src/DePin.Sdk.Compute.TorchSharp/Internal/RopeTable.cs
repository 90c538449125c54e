using DePin.Sdk.Compute.Models;
using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Cosines and sines of a rotation on the device, one row for each position.</summary>
internal sealed class RopeTable : IDisposable
{
    public RopeTable(RopeConfig rope, int headLength, int positions, TorchDevice device)
    {
        Layout = new HeadLayout(rope, headLength);
        var (cosines, sines) = HeadLayout.Angles(rope, headLength, positions);
        using var flatCosines = device.Upload(cosines);
        using var flatSines = device.Upload(sines);
        Cosines = flatCosines.reshape(positions, 1, headLength);
        Sines = flatSines.reshape(positions, 1, headLength);
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
