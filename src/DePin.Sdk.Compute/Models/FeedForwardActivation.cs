namespace DePin.Sdk.Compute.Models;

/// <summary>The function between the gate and the up projection of a feed-forward layer.</summary>
public enum FeedForwardActivation
{
    /// <summary>x * sigmoid(x).</summary>
    Silu,

    /// <summary>The Gaussian error linear unit in its tanh form (arXiv:1606.08415).</summary>
    GeluTanh,
}
