using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferWireTests : IDisposable
{
    private readonly P256Signer _signer = P256Signer.Create();

    [Theory]
    [InlineData("http://127.0.0.1:5001/")]
    [InlineData("https://provider.example/a%20b/?q=%C3%A9")]
    [InlineData("inproc://provider-1/")]
    [InlineData("http://[2001:db8::1]:8080/")]
    public async Task FromWire_WhatToWireWrote_IsTheSameOffer(string endpoint)
    {
        var offer = await (SampleOffers.Unsigned(_signer.PublicKey, 7, UInt128.MaxValue) with { Endpoint = new Uri(endpoint), ModelHash = new byte[32], IssuedAt = SampleOffers.IssuedAt.AddTicks(123) }).SignAsync(_signer);

        var read = OfferWire.FromWire(OfferMessage.Parser.ParseFrom(OfferWire.ToWire(offer).ToByteArray()));

        Assert.Equal(offer, read);
        Assert.Equal(offer.Price, read.Price);
        Assert.Equal(offer.Capabilities, read.Capabilities);
        new OfferVerifier().Verify(read, SampleOffers.IssuedAt);
    }

    [Fact]
    public void FromWire_EmptyMessage_IsTyped() => Assert.Throws<DePinException>(() => OfferWire.FromWire(new OfferMessage()));

    [Fact]
    public async Task FromWire_TooManyCapabilities_IsRefusedBeforeTheyAreRead()
    {
        var message = OfferWire.ToWire(await SampleOffers.SignedAsync(_signer, 1, 1));
        message.Capabilities.AddRange(Enumerable.Range(0, 100_000).Select(i => $"{i}"));

        Assert.Equal(DePinErrorCode.InvalidOffer, Assert.Throws<DePinException>(() => OfferWire.FromWire(message)).Code);
    }

    [Fact]
    public async Task FromWireAndVerify_MutatedBytes_ThrowOnlyTypedErrorsAndNeverAcceptOtherTerms()
    {
        var offer = await (SampleOffers.Unsigned(_signer.PublicKey, 1000, 2000) with { ModelHash = new byte[32] }).SignAsync(_signer);
        var bytes = OfferWire.ToWire(offer).ToByteArray();
        var verifier = new OfferVerifier();
        var random = new Random(20);
        int parsed = 0, refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            var mutated = Mutate(bytes, random);
            OfferMessage message;
            try
            {
                message = OfferMessage.Parser.ParseFrom(mutated);
            }
            catch (InvalidProtocolBufferException)
            {
                continue; // the transport turns this into InvalidFrame
            }

            parsed++;
            try
            {
                var read = OfferWire.FromWire(message);
                verifier.Verify(read, SampleOffers.IssuedAt);
                Assert.Equal(offer.Id, read.Id);
            }
            catch (DePinException e)
            {
                refused++;
                Assert.True(e.Code is DePinErrorCode.InvalidFrame or DePinErrorCode.InvalidOffer or DePinErrorCode.OfferExpired or DePinErrorCode.InvalidSignature, e.ToString());
            }
        }

        Assert.True(parsed > 2000 && refused > 1000, $"{parsed} parsed, {refused} refused");
    }

    [Fact]
    public void Decode_MutatedPageTokens_ThrowOnlyInvalidRequest()
    {
        var query = new OfferQuery { Model = "m" };
        var token = new OfferPageToken(UInt128.MaxValue / 3, 77).Encode(query);
        Assert.Equal(new OfferPageToken(UInt128.MaxValue / 3, 77), OfferPageToken.Decode(token, query));
        var random = new Random(21);
        for (int i = 0; i < 20_000; i++)
        {
            var chars = token.ToCharArray();
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                chars[random.Next(chars.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 65536);
            }

            var mutated = new string(chars)[..random.Next(chars.Length + 1)] + (random.Next(4) == 0 ? new string('A', random.Next(5)) : string.Empty);
            try
            {
                OfferPageToken.Decode(mutated, query);
            }
            catch (DePinException e)
            {
                Assert.Equal(DePinErrorCode.InvalidRequest, e.Code);
            }
        }
    }

    public void Dispose() => _signer.Dispose();

    internal static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = (byte[])bytes.Clone();
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            int at = random.Next(mutated.Length);
            mutated[at] = random.Next(3) switch
            {
                0 => (byte)random.Next(256),
                1 => (byte)(mutated[at] ^ (1 << random.Next(8))),
                _ => (byte)(mutated[at] + random.Next(-2, 3)),
            };
        }

        return random.Next(5) switch
        {
            0 => mutated[..random.Next(mutated.Length)],
            1 => [.. mutated, .. mutated[random.Next(mutated.Length)..]],
            _ => mutated,
        };
    }
}
