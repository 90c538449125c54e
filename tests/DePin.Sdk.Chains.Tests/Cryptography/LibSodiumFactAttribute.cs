namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>A test that compares with libsodium.</summary>
internal sealed class LibSodiumFactAttribute : FactAttribute
{
    public LibSodiumFactAttribute()
    {
        if (!LibSodium.IsInstalled)
        {
            Skip = "libsodium is not installed; on Debian: apt-get install libsodium23.";
        }
    }
}
