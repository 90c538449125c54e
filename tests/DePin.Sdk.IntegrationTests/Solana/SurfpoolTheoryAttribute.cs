namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>A test with several inputs that needs a real Solana chain.</summary>
internal sealed class SurfpoolTheoryAttribute : TheoryAttribute
{
    public SurfpoolTheoryAttribute() => Skip = SurfpoolFixture.MissingReason!;
}
