using TorchSharp;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>cap * tanh(x / cap), of numbers that are first divided by something else.</summary>
/// <remarks>
/// Keeps the wrapper's numbers for as long as it lives: one that a call converts by itself may be freed by the garbage collector before
/// the library has read it.
/// </remarks>
internal sealed class SoftCap(float cap, float divisor = 1) : IDisposable
{
    private readonly Scalar _down = 1 / (cap * divisor);
    private readonly Scalar _up = cap;

    /// <summary>Caps in place.</summary>
    public torch.Tensor Apply(torch.Tensor numbers) => numbers.mul_(_down).tanh_().mul_(_up);

    public void Dispose()
    {
        _down.Dispose();
        _up.Dispose();
    }
}
