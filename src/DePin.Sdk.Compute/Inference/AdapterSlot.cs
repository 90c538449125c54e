namespace DePin.Sdk.Compute.Inference;

/// <summary>Places of a layer's projections in a bound adapter.</summary>
internal enum AdapterSlot
{
    Attention,
    Output,
    FeedForward,
    Down,
}
