namespace DePin.Sdk.IntegrationTests.Evm;

/// <summary>A test that needs a real EVM node.</summary>
internal sealed class AnvilFactAttribute : FactAttribute
{
    public AnvilFactAttribute() => Skip = AnvilFixture.MissingReason!;
}
