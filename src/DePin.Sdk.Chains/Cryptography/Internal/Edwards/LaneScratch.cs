namespace DePin.Sdk.Chains.Cryptography.Internal.Edwards;

/// <summary>Room for what a formula has in between, aligned as whole vectors are.</summary>
internal struct LaneScratch
{
    public LaneField A, B, C, D, E, F, G, H;
}
