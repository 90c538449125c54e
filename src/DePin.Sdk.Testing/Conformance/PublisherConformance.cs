using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="IOfferPublisher"/> does, seen through its directory. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>.</summary>
public sealed class PublisherConformance : IDisposable
{
    private static readonly Dictionary<string, Func<PublisherConformance, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["Publish_SignedOffer_IsListedUntilTheLeaseEnds"] = c => c.LeaseAsync(),
        ["Publish_LeaseBeyondTheOffersExpiry_EndsWithTheOffer"] = c => c.LeaseEndsWithOfferAsync(),
        ["Publish_SameAgain_Renews"] = c => c.SameAgainAsync(),
        ["Publish_Newer_TakesThePlace"] = c => c.NewerAsync(),
        ["Publish_OlderOrEquallyOld_IsRefused"] = c => c.OlderAsync(),
        ["Publish_BadOffer_IsRefusedByItsFault"] = c => c.BadOffersAsync(),
        ["Heartbeat_Listed_Renews"] = c => c.HeartbeatAsync(),
        ["Heartbeat_UnknownOrForeignOrLapsed_IsReturned"] = c => c.UnknownAsync(),
        ["Withdraw_Listed_TakesItDownForGood"] = c => c.WithdrawAsync(),
        ["Withdraw_ByAnother_IsInvalidSignature"] = c => c.WithdrawByAnotherAsync(),
        ["Withdraw_Unknown_IsWell"] = c => c.WithdrawUnknownAsync(),
    };

    private readonly Func<TimeProvider, TimeSpan, Task<(IOfferPublisher Publisher, IProviderDirectory Directory)>> _create;
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt.AddSeconds(1));
    private readonly P256Signer _signer = P256Signer.Create();
    private readonly P256Signer _other = P256Signer.Create();

    /// <summary>Makes the suite for an implementation.</summary>
    /// <param name="create">Makes an empty one that goes by this clock and whose listings last so long without a heartbeat.</param>
    public PublisherConformance(Func<TimeProvider, TimeSpan, Task<(IOfferPublisher Publisher, IProviderDirectory Directory)>> create) => _create = create;

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    private static TimeSpan Lease => TimeSpan.FromSeconds(60);

    /// <summary>Runs a case.</summary>
    /// <exception cref="ConformanceException">The implementation fails it.</exception>
    public Task RunAsync(string caseName) => Cases[caseName](this);

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer.Dispose();
        _other.Dispose();
    }

    private ValueTask<Offer> OfferAsync(Func<Offer, Offer>? change = null)
    {
        var offer = SampleOffers.Unsigned(_signer.PublicKey, 1, 2);
        return (change?.Invoke(offer) ?? offer).SignAsync(_signer);
    }

    private static async Task ListsAsync(IProviderDirectory directory, params Offer[] expected)
    {
        var page = await directory.QueryAsync(new OfferQuery()).ConfigureAwait(false);
        Expect.Equal(string.Join(' ', expected.Select(o => o.Id)), string.Join(' ', page.Offers.Select(o => o.Id)), "listed offers");
    }

    private async Task LeaseAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        Expect.Equal(_time.GetUtcNow() + Lease, await publisher.PublishAsync(offer).ConfigureAwait(false), "end of the lease");
        _time.Advance(Lease - TimeSpan.FromMilliseconds(1));
        await ListsAsync(directory, offer).ConfigureAwait(false);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ListsAsync(directory).ConfigureAwait(false);
    }

    private async Task LeaseEndsWithOfferAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync(o => o with { ExpiresAt = _time.GetUtcNow().AddSeconds(5) }).ConfigureAwait(false);
        Expect.Equal(offer.ExpiresAt, await publisher.PublishAsync(offer).ConfigureAwait(false), "end of the lease");
        await publisher.HeartbeatAsync([offer.Id], _signer).ConfigureAwait(false);
        _time.Advance(TimeSpan.FromSeconds(5));
        await ListsAsync(directory).ConfigureAwait(false);
    }

    private async Task SameAgainAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        _time.Advance(Lease / 2);
        Expect.Equal(_time.GetUtcNow() + Lease, await publisher.PublishAsync(offer).ConfigureAwait(false), "end of the lease");
        await ListsAsync(directory, offer).ConfigureAwait(false);
        _time.Advance(Lease * 2);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        await ListsAsync(directory, offer).ConfigureAwait(false);
    }

    private async Task NewerAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        await publisher.PublishAsync(await OfferAsync().ConfigureAwait(false)).ConfigureAwait(false);
        var newer = await OfferAsync(o => o with { IssuedAt = o.IssuedAt.AddMilliseconds(1), MaxConcurrentJobs = 9 }).ConfigureAwait(false);
        await publisher.PublishAsync(newer).ConfigureAwait(false);
        await ListsAsync(directory, newer).ConfigureAwait(false);
        var otherModel = await OfferAsync(o => o with { Model = "other", Price = new TokenPrice(o.Price.PerMillionInputTokens, o.Price.PerMillionOutputTokens * 2) }).ConfigureAwait(false);
        await publisher.PublishAsync(otherModel).ConfigureAwait(false);
        await ListsAsync(directory, newer, otherModel).ConfigureAwait(false);
    }

    private async Task OlderAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        foreach (int milliseconds in (int[])[0, -1, -5000])
        {
            var replay = await OfferAsync(o => o with { IssuedAt = o.IssuedAt.AddMilliseconds(milliseconds), MaxConcurrentJobs = 9 }).ConfigureAwait(false);
            var error = await Expect.FailsAsync(() => publisher.PublishAsync(replay), DePinErrorCode.InvalidOffer, "an older offer").ConfigureAwait(false);
            Expect.Equal(Fault.Provider, error.Fault, "fault");
        }

        await ListsAsync(directory, offer).ConfigureAwait(false);
    }

    private async Task BadOffersAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var good = await OfferAsync().ConfigureAwait(false);
        await FailsAsync(good with { Model = "changed" }, DePinErrorCode.InvalidSignature).ConfigureAwait(false);
        await FailsAsync(await OfferAsync(o => o with { ExpiresAt = _time.GetUtcNow() }).ConfigureAwait(false), DePinErrorCode.OfferExpired).ConfigureAwait(false);
        await FailsAsync(await OfferAsync(o => o with { IssuedAt = o.IssuedAt.AddMinutes(5) }).ConfigureAwait(false), DePinErrorCode.InvalidOffer).ConfigureAwait(false);
        await FailsAsync(await OfferAsync(o => o with { ExpiresAt = o.IssuedAt.AddDays(400) }).ConfigureAwait(false), DePinErrorCode.InvalidOffer).ConfigureAwait(false);
        await FailsAsync(await OfferAsync(o => o with { Endpoint = new Uri("ftp://127.0.0.1/") }).ConfigureAwait(false), DePinErrorCode.InvalidOffer).ConfigureAwait(false);
        await ListsAsync(directory).ConfigureAwait(false);

        async Task FailsAsync(Offer offer, DePinErrorCode code)
        {
            var error = await Expect.FailsAsync(() => publisher.PublishAsync(offer), code, "a bad offer").ConfigureAwait(false);
            Expect.Equal(Fault.Provider, error.Fault, "fault");
        }
    }

    private async Task HeartbeatAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(Lease - TimeSpan.FromSeconds(1));
            Expect.Equal(0, (await publisher.HeartbeatAsync([offer.Id], _signer).ConfigureAwait(false)).Count, "unknown offers");
        }

        await ListsAsync(directory, offer).ConfigureAwait(false);
    }

    private async Task UnknownAsync()
    {
        var (publisher, _) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        var never = (await OfferAsync(o => o with { Model = "never listed" }).ConfigureAwait(false)).Id;
        await ReturnsAsync([offer.Id, never], _signer, never).ConfigureAwait(false);
        await ReturnsAsync([offer.Id], _other, offer.Id).ConfigureAwait(false);
        _time.Advance(Lease);
        await ReturnsAsync([offer.Id], _signer, offer.Id).ConfigureAwait(false);

        async Task ReturnsAsync(OfferId[] ids, ISigner signer, OfferId unknown)
        {
            var returned = await publisher.HeartbeatAsync(ids, signer).ConfigureAwait(false);
            Expect.True(returned.Count == 1 && returned[0] == unknown, "exactly the offer that is not listed comes back");
        }
    }

    private async Task WithdrawAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        await publisher.WithdrawAsync(offer.Id, _signer).ConfigureAwait(false);
        await ListsAsync(directory).ConfigureAwait(false);
        Expect.Equal(1, (await publisher.HeartbeatAsync([offer.Id], _signer).ConfigureAwait(false)).Count, "unknown offers");
        await Expect.FailsAsync(() => publisher.PublishAsync(offer), DePinErrorCode.InvalidOffer, "a copy of a withdrawn offer").ConfigureAwait(false);
        var newer = await OfferAsync(o => o with { IssuedAt = o.IssuedAt.AddMilliseconds(1) }).ConfigureAwait(false);
        await publisher.PublishAsync(newer).ConfigureAwait(false);
        await ListsAsync(directory, newer).ConfigureAwait(false);
    }

    private async Task WithdrawByAnotherAsync()
    {
        var (publisher, directory) = await _create(_time, Lease).ConfigureAwait(false);
        var offer = await OfferAsync().ConfigureAwait(false);
        await publisher.PublishAsync(offer).ConfigureAwait(false);
        await Expect.FailsAsync(() => publisher.WithdrawAsync(offer.Id, _other), DePinErrorCode.InvalidSignature, "withdrawing another's offer").ConfigureAwait(false);
        await ListsAsync(directory, offer).ConfigureAwait(false);
    }

    private async Task WithdrawUnknownAsync()
    {
        var (publisher, _) = await _create(_time, Lease).ConfigureAwait(false);
        await publisher.WithdrawAsync((await OfferAsync().ConfigureAwait(false)).Id, _signer).ConfigureAwait(false);
    }
}
