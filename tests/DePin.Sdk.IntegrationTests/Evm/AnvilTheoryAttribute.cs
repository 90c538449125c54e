namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>A theory that needs a real EVM node.</summary>
internal sealed class AnvilTheoryAttribute : TheoryAttribute
{
    public AnvilTheoryAttribute() => Skip = AnvilFixture.MissingReason!;
}
