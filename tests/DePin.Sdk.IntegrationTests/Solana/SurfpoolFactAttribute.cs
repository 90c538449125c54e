namespace DePin.Sdk.IntegrationTests.Solana;

/// <summary>A test that needs a real Solana chain.</summary>
internal sealed class SurfpoolFactAttribute : FactAttribute
{
    public SurfpoolFactAttribute() => Skip = SurfpoolFixture.MissingReason!;
}
