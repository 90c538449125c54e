using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DePin.Sdk.IntegrationTests.Transport;

/// <summary>A certificate that nobody has reason to trust.</summary>
internal static class TestCertificate
{
    public static X509Certificate2 Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
    }
}
