namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>A test with several inputs that needs libtorch.</summary>
internal sealed class TorchTheoryAttribute : TheoryAttribute
{
    public TorchTheoryAttribute() => Skip = TorchLibrary.MissingReason!;
}
