using DePin.Sdk.Identity;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.IdentityTests;

public sealed class SignerConformanceTests
{
    public static TheoryData<string> Cases => [.. SignerConformance.CaseNames];

    [Theory]
    [MemberData(nameof(Cases))]
    public Task P256Signer_ConformanceCase_Holds(string caseName) => new SignerConformance(P256Signer.Create, SignatureVerifiers.Default)
    {
        PrivateKey = signer =>
        {
            using var key = System.Security.Cryptography.ECDsa.Create();
            key.ImportPkcs8PrivateKey(((P256Signer)signer).ExportPkcs8PrivateKey(), out _);
            return key.ExportParameters(includePrivateParameters: true).D!;
        },
    }.RunAsync(caseName);
}
