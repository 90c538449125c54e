namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>The products of a layer that an adapter may add to.</summary>
internal enum AdapterPlace
{
    Attention,
    Output,
    FeedForward,
    Down,
}
