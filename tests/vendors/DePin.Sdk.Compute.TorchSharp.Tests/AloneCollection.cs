namespace DePin.Sdk.Compute.TorchSharp.Tests;

/// <summary>Tests that count the tensors of the process, so that nothing may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "Alone";
}
