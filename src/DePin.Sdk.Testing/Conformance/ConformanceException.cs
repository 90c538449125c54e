namespace DePin.Sdk.Testing.Conformance;

/// <summary>An implementation does not keep the contract of its seam.</summary>
public sealed class ConformanceException : Exception
{
    /// <summary>Says what was expected and what came.</summary>
    public ConformanceException(string message)
        : base(message)
    {
    }
}
