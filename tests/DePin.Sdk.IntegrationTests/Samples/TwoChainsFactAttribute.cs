using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.IntegrationTests.Solana;

namespace DePin.Sdk.IntegrationTests.Samples;

/// <summary>A test that needs a real EVM node and a real Solana chain.</summary>
internal sealed class TwoChainsFactAttribute : FactAttribute
{
    public TwoChainsFactAttribute() => Skip = (AnvilFixture.MissingReason ?? SurfpoolFixture.MissingReason)!;
}
