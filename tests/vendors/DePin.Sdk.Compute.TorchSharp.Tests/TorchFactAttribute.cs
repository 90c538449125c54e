namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>A test that needs libtorch.</summary>
internal sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = TorchLibrary.MissingReason!;
}
