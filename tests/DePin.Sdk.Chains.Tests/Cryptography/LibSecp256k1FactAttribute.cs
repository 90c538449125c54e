namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>A test that compares with libsecp256k1.</summary>
internal sealed class LibSecp256k1FactAttribute : FactAttribute
{
    public LibSecp256k1FactAttribute()
    {
        if (!LibSecp256k1.IsInstalled)
        {
            Skip = "libsecp256k1 is not installed; on Debian: apt-get install libsecp256k1-1.";
        }
    }
}
