using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferVerifierTests : IDisposable
{
    private readonly P256Signer _signer = P256Signer.Create();
    private readonly OfferVerifier _verifier = new();

    private static DateTimeOffset Now => SampleOffers.IssuedAt.AddMinutes(1);

    public static TheoryData<string, Func<Offer, Offer>> Nonsense => new()
    {
        { "capabilities", o => o with { Capabilities = ["b", "a"] } },
        { "capabilities", o => o with { Capabilities = ["a", "a"] } },
        { "capabilities", o => o with { Capabilities = [.. Enumerable.Range(100, 65).Select(i => $"{i}")] } },
        { "capability", o => o with { Capabilities = [string.Empty] } },
        { "endpoint", o => o with { Endpoint = new Uri("ftp://127.0.0.1/") } },
        { "endpoint", o => o with { Endpoint = new Uri("http://user:secret@127.0.0.1/") } },
        { "endpoint", o => o with { Endpoint = new Uri("/relative", UriKind.Relative) } },
        { "endpoint", o => o with { Endpoint = new Uri("http://127.0.0.1/" + new string('a', 2048)) } },
        { "kind", o => o with { Kind = string.Empty } },
        { "model", o => o with { Model = new string('m', 257) } },
        { "model", o => o with { Model = "line\nbreak" } },
        { "region", o => o with { Region = "\ud800" } },
        { "asset", o => o with { CreditWindow = new Amount(1, Asset.Parse("depin:local/credit:eur")) } },
        { "asset", o => o with { Price = o.Price with { PerMillionInputTokens = new Amount(1, Asset.Parse("depin:local/credit:eur")) } } },
        { "max_concurrent_jobs", o => o with { MaxConcurrentJobs = 0 } },
        { "context_tokens", o => o with { ContextTokens = -1 } },
        { "model_hash", o => o with { ModelHash = new byte[31] } },
        { "expires", o => o with { ExpiresAt = o.IssuedAt } },
        { "expiry", o => o with { ExpiresAt = o.IssuedAt.AddDays(32) } },
        { "issue time", o => o with { IssuedAt = Now.AddMinutes(2) } },
        { "payee", o => o with { Payee = default } },
    };

    [Fact]
    public async Task Verify_GoodOffer_Returns() => _verifier.Verify(await SampleOffers.SignedAsync(_signer, 1, 2), Now);

    [Theory]
    [MemberData(nameof(Nonsense))]
    public async Task Verify_Nonsense_NamesTheField(string field, Func<Offer, Offer> change)
    {
        var offer = change(SampleOffers.Unsigned(_signer.PublicKey, 1, 2));
        if (offer.Endpoint.IsAbsoluteUri && field != "region")
        {
            // An unpaired surrogate cannot be signed at all; it can only come from a careless decoder.
            offer = await offer.SignAsync(_signer);
        }

        var error = Assert.Throws<DePinException>(() => _verifier.Verify(offer, Now));

        Assert.Equal((DePinErrorCode.InvalidOffer, Fault.Provider), (error.Code, error.Fault));
        Assert.Contains(field, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_Expired_SaysSo()
    {
        var offer = await SampleOffers.SignedAsync(_signer, 1, 2);

        var error = Assert.Throws<DePinException>(() => _verifier.Verify(offer, offer.ExpiresAt));

        Assert.Equal((DePinErrorCode.OfferExpired, Fault.Provider), (error.Code, error.Fault));
    }

    [Fact]
    public async Task Verify_OtherTermsThanSigned_IsInvalidSignature()
    {
        var offer = await SampleOffers.SignedAsync(_signer, 1, 2);

        foreach (var changed in new[] { offer with { Model = "other" }, offer with { Signature = default }, offer with { MaxConcurrentJobs = 5 } })
        {
            var error = Assert.Throws<DePinException>(() => _verifier.Verify(changed, Now));
            Assert.Equal((DePinErrorCode.InvalidSignature, Fault.Provider), (error.Code, error.Fault));
        }
    }

    public void Dispose() => _signer.Dispose();
}
