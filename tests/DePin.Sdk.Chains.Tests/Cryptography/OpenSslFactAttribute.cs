namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>A test that compares with OpenSSL's own functions.</summary>
internal sealed class OpenSslFactAttribute : FactAttribute
{
    public OpenSslFactAttribute()
    {
        if (!OpenSslEd25519.IsInstalled)
        {
            Skip = "libcrypto.so.3 is not installed; on Debian: apt-get install libssl3.";
        }
    }
}
