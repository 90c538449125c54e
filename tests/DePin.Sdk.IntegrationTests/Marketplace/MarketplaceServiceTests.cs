using DePin.Sdk.Hosting.Marketplace;
using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Market;
using DePin.Sdk.Wire;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;

namespace DePin.Sdk.IntegrationTests.Marketplace;

public sealed class MarketplaceServiceTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt.AddSeconds(1));
    private readonly P256Signer _signer = P256Signer.Create();
    private readonly string _folder = Directory.CreateTempSubdirectory("depin-market-").FullName;
    private readonly List<ListingStore> _stores = [];

    [Fact]
    public async Task Register_BeyondTheProvidersLimit_SaysWhatToDo()
    {
        var service = Service(o => o.MaxListingsPerProvider = 2);
        await RegisterAsync(service, 1, "a");
        await RegisterAsync(service, 1, "b");

        var error = await Assert.ThrowsAsync<DePinException>(() => RegisterAsync(service, 1, "c"));

        Assert.Equal((DePinErrorCode.InvalidRequest, Fault.Provider, false), (error.Code, error.Fault, error.IsTransient));
        Assert.Contains("withdraw", error.Message, StringComparison.Ordinal);
        await RegisterAsync(service, 1, "a");
        _time.Advance(TimeSpan.FromMinutes(2));
        await RegisterAsync(service, 1, "c");
    }

    [Fact]
    public async Task Register_BeyondTheWholeLimit_IsTransientUntilListingsLapse()
    {
        var service = Service(o => o.MaxListings = 2);
        await RegisterAsync(service, 1, "a");
        await RegisterAsync(service, 1, "b");

        var error = await Assert.ThrowsAsync<DePinException>(() => RegisterAsync(service, 1, "c"));

        Assert.Equal((DePinErrorCode.Overloaded, true), (error.Code, error.IsTransient));
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, service.Sweep());
        await RegisterAsync(service, 1, "c");
    }

    [Fact]
    public async Task Listings_Restart_AreStillThere()
    {
        var path = Path.Combine(_folder, "market.db");
        var offer = await RegisterAsync(Service(o => o.DatabasePath = path), UInt128.MaxValue, "a");
        _stores[0].Dispose();

        var response = Service(o => o.DatabasePath = path).Query(new QueryOffersRequest());

        Assert.Equal(offer, OfferWire.FromWire(Assert.Single(response.Offers)));
    }

    [Fact]
    public async Task Query_ListingsComeGoAndChangeBetweenPages_GivesEachThatStaysOnce()
    {
        var service = Service(o =>
        {
            o.DatabasePath = Path.Combine(_folder, "market.db");
            o.MaxListingsPerProvider = 1000;
        });
        var random = new Random(4);
        var staying = new HashSet<string>();
        for (int i = 0; i < 100; i++)
        {
            await RegisterAsync(service, (UInt128)random.Next(10), $"stays-{i}");
            staying.Add($"stays-{i}");
        }

        var going = await RegisterAsync(service, 5, "goes");
        var seen = new List<string>();
        var request = new QueryOffersRequest { PageSize = 7 };
        int page = 0;
        do
        {
            var response = service.Query(request);
            seen.AddRange(response.Offers.Select(o => o.Model));
            request.PageToken = response.NextPageToken;
            await RegisterAsync(service, (UInt128)random.Next(10), $"new-{page}");

            // Issued anew at the same price: the place in the order stays, so it is neither repeated nor missed.
            var again = response.Offers[0];
            await RegisterAsync(service, WireConvert.FromWire(again.PricePerMillionOutputTokens), again.Model, SampleOffers.IssuedAt.AddMilliseconds(++page));
            if (page == 2)
            {
                await WithdrawAsync(service, going);
            }
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(staying.Order(), seen.Where(staying.Contains).Order());
        Assert.Equal(seen.Count, seen.Distinct().Count());
    }

    [Fact]
    public async Task Query_WhileOthersRegister_ReadsWholePages()
    {
        var service = Service(o =>
        {
            o.DatabasePath = Path.Combine(_folder, "market.db");
            o.MaxListingsPerProvider = 1000;
        });
        for (int i = 0; i < 50; i++)
        {
            await RegisterAsync(service, (UInt128)(i % 3), $"stays-{i}");
        }

        var writing = Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
            {
                await RegisterAsync(service, (UInt128)(i % 3), $"new-{i}");
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (int round = 0; round < 10; round++)
            {
                var seen = new List<string>();
                var request = new QueryOffersRequest { PageSize = 11 };
                do
                {
                    var response = service.Query(request);
                    seen.AddRange(response.Offers.Select(o => o.Model));
                    request.PageToken = response.NextPageToken;
                }
                while (request.PageToken.Length > 0);
                Assert.Equal(50, seen.Count(m => m.StartsWith("stays", StringComparison.Ordinal)));
                Assert.Equal(seen.Count, seen.Distinct().Count());
            }
        })));
        await writing;
    }

    [Fact]
    public async Task Heartbeat_StaleFutureOrForged_IsRefused()
    {
        var service = Service();
        var offer = await RegisterAsync(service, 1, "a");
        foreach (double minutes in (double[])[-1.1, 1.1])
        {
            var stale = await HeartbeatAsync(offer, _time.GetUtcNow().AddMinutes(minutes));
            Assert.Equal(DePinErrorCode.InvalidRequest, Assert.Throws<DePinException>(() => service.Heartbeat(stale)).Code);
        }

        var forged = await HeartbeatAsync(offer, _time.GetUtcNow());
        forged.SentUnixMs++;
        Assert.Equal(DePinErrorCode.InvalidSignature, Assert.Throws<DePinException>(() => service.Heartbeat(forged)).Code);
        Assert.Equal(DePinErrorCode.InvalidRequest, Assert.Throws<DePinException>(() => service.Heartbeat(new HeartbeatRequest())).Code);
        Assert.Empty(service.Heartbeat(await HeartbeatAsync(offer, _time.GetUtcNow().AddSeconds(-50))).UnknownOfferIds);
    }

    [Fact]
    public async Task Sweep_Withdrawn_IsKeptUntilTheOfferExpires()
    {
        var service = Service();
        var offer = await RegisterAsync(service, 1, "a");
        await WithdrawAsync(service, offer);
        Assert.Equal(0, service.Sweep());
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, service.Sweep());
    }

    [Fact]
    public async Task AnyRequest_Mutated_IsAnsweredOrRefusedWithATypedErrorAndTheListingsStayWhole()
    {
        var service = Service(o => o.MaxListingsPerProvider = 50);
        var offer = await RegisterAsync(service, 1000, "a");
        var register = new RegisterOfferRequest { Offer = OfferWire.ToWire(offer) }.ToByteArray();
        var heartbeat = (await HeartbeatAsync(offer, _time.GetUtcNow())).ToByteArray();
        var withdraw = new WithdrawOfferRequest { OfferId = ByteString.CopyFrom(offer.Id.Bytes.Span), SentUnixMs = _time.GetUtcNow().ToUnixTimeMilliseconds(), Signature = WireConvert.ToWire(await _signer.SignAsync(new byte[1])) }.ToByteArray();
        var query = new QueryOffersRequest
        {
            Kind = "chat",
            Model = "a",
            Region = "eu-west",
            Capabilities = { "json" },
            MaxPricePerMillionOutputTokens = WireConvert.ToWire(new Amount(5000, SampleOffers.Asset)),
            PageSize = 3,
            PageToken = new OfferPageToken(1, 1).Encode(new OfferQuery { Kind = "chat" }),
        }.ToByteArray();
        var random = new Random(22);
        int refused = 0;
        for (int i = 0; i < 24_000; i++)
        {
            try
            {
                switch (i % 4)
                {
                    case 0: service.Register(RegisterOfferRequest.Parser.ParseFrom(Mutate(register, random))); break;
                    case 1: service.Heartbeat(HeartbeatRequest.Parser.ParseFrom(Mutate(heartbeat, random))); break;
                    case 2: service.Withdraw(WithdrawOfferRequest.Parser.ParseFrom(Mutate(withdraw, random))); break;
                    default: service.Query(QueryOffersRequest.Parser.ParseFrom(Mutate(query, random))); break;
                }
            }
            catch (InvalidProtocolBufferException)
            {
                // The transport turns this into InvalidFrame.
            }
            catch (DePinException e)
            {
                refused++;
                Assert.NotEqual(DePinErrorCode.StorageFailed, e.Code);
            }
        }

        Assert.True(refused > 2000, $"{refused} refused");
        Assert.Equal(offer, OfferWire.FromWire(Assert.Single(service.Query(new QueryOffersRequest()).Offers)));
    }

    public void Dispose()
    {
        _stores.ForEach(s => s.Dispose());
        _signer.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var mutated = (byte[])bytes.Clone();
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
        }

        return random.Next(5) == 0 ? mutated[..random.Next(mutated.Length)] : mutated;
    }

    private MarketplaceService Service(Action<MarketplaceOptions>? configure = null)
    {
        var options = new MarketplaceOptions();
        configure?.Invoke(options);
        options.Validate();
        var store = new ListingStore(options.DatabasePath);
        _stores.Add(store);
        return new MarketplaceService(store, options, SignatureVerifiers.Default, _time, NullLogger<MarketplaceService>.Instance);
    }

    private async Task<Offer> RegisterAsync(MarketplaceService service, UInt128 price, string model, DateTimeOffset? issuedAt = null)
    {
        var offer = await (SampleOffers.Unsigned(_signer.PublicKey, 1, price, model) with { IssuedAt = issuedAt ?? SampleOffers.IssuedAt }).SignAsync(_signer);
        service.Register(new RegisterOfferRequest { Offer = OfferWire.ToWire(offer) });
        return offer;
    }

    private async Task<HeartbeatRequest> HeartbeatAsync(Offer offer, DateTimeOffset sentAt) => new()
    {
        OfferIds = { ByteString.CopyFrom(offer.Id.Bytes.Span) },
        SentUnixMs = sentAt.ToUnixTimeMilliseconds(),
        Provider = WireConvert.ToWire(_signer.PublicKey),
        Signature = WireConvert.ToWire(await _signer.SignAsync(ListingProof.Heartbeat(sentAt, [offer.Id]))),
    };

    private async Task WithdrawAsync(MarketplaceService service, Offer offer)
    {
        var now = _time.GetUtcNow();
        service.Withdraw(new WithdrawOfferRequest
        {
            OfferId = ByteString.CopyFrom(offer.Id.Bytes.Span),
            SentUnixMs = now.ToUnixTimeMilliseconds(),
            Signature = WireConvert.ToWire(await _signer.SignAsync(ListingProof.Withdraw(now, offer.Id))),
        });
    }
}
