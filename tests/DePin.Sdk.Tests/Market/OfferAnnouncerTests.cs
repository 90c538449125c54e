using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferAnnouncerTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt);
    private readonly P256Signer _signer = P256Signer.Create();
    private readonly CancellationTokenSource _stop = new();
    private readonly FlakyDirectory _directory;
    private readonly List<Offer> _offers = [];
    private readonly OfferAnnouncer _announcer;
    private Task _running = Task.CompletedTask;

    public OfferAnnouncerTests()
    {
        _directory = new FlakyDirectory(new InProcessDirectory(timeProvider: _time));
        _announcer = new OfferAnnouncer(_directory, _ => ValueTask.FromResult<IReadOnlyList<Offer>>([.. _offers]), _signer, timeProvider: _time);
    }

    [Fact]
    public async Task RunAsync_SignedOffer_StaysListedAsItIs()
    {
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2));
        await StartAsync();

        for (int i = 0; i < 20; i++)
        {
            await NextRoundAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(_offers[0], Assert.Single(await ListedAsync()));
        }
    }

    [Fact]
    public async Task RunAsync_UnsignedTerms_AreIssuedAndIssuedAgainBeforeTheyExpire()
    {
        _offers.Add(SampleOffers.Unsigned(_signer.PublicKey, 1, 2));
        await StartAsync();
        var first = Assert.Single(await ListedAsync());
        for (int i = 0; i < 60 * 3 * 2; i++)
        {
            await NextRoundAsync(TimeSpan.FromSeconds(20));
            var listed = Assert.Single(await ListedAsync());
            new OfferVerifier().Verify(listed, _time.GetUtcNow());
            Assert.True(listed.ExpiresAt - _time.GetUtcNow() > TimeSpan.FromMinutes(29));
            Assert.Equal(listed, Assert.Single(_announcer.Current));
        }

        Assert.NotEqual(first.Id, Assert.Single(await ListedAsync()).Id);
    }

    [Fact]
    public async Task RunAsync_DirectoryForgets_PublishesAgain()
    {
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2));
        await StartAsync();
        _directory.Inner = new InProcessDirectory(timeProvider: _time);
        Assert.Empty(await ListedAsync());
        await NextRoundAsync(TimeSpan.FromSeconds(20));

        Assert.Single(await ListedAsync());
    }

    [Fact]
    public async Task RunAsync_DirectoryIsDown_TriesAgainUntilItIsUp()
    {
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2));
        _directory.Fails = true;
        await StartAsync();
        for (int i = 0; i < 5; i++)
        {
            await NextRoundAsync(TimeSpan.FromSeconds(36));
        }

        Assert.True(_directory.Calls >= 6, $"{_directory.Calls} calls");
        _directory.Fails = false;
        await NextRoundAsync(TimeSpan.FromSeconds(36));
        Assert.Single(await ListedAsync());
    }

    [Fact]
    public async Task RunAsync_OneRefusedOffer_DoesNotKeepTheOthersOut()
    {
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2, "refused") with { Region = "changed after signing" });
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2));
        await StartAsync();
        int calls = _directory.Calls;
        await NextRoundAsync(TimeSpan.FromSeconds(20));

        Assert.Equal(_offers[1], Assert.Single(await ListedAsync()));
        Assert.Equal(calls + 1, _directory.Calls); // the heartbeat; what was refused is not offered again
    }

    [Fact]
    public async Task RunAsync_TermsChangeOrGo_TheListingFollows()
    {
        _offers.Add(SampleOffers.Unsigned(_signer.PublicKey, 1, 2));
        await StartAsync();
        _offers[0] = SampleOffers.Unsigned(_signer.PublicKey, 1, 3);
        await NextRoundAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((UInt128)3, Assert.Single(await ListedAsync()).Price.PerMillionOutputTokens.BaseUnits);
        _offers.Clear();
        await NextRoundAsync(TimeSpan.FromSeconds(20));
        Assert.Empty(await ListedAsync());
    }

    [Fact]
    public async Task RunAsync_Cancelled_WithdrawsAndReturns()
    {
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2));
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2, "other"));
        await StartAsync();
        Assert.Equal(2, (await ListedAsync()).Count);
        await _stop.CancelAsync();
        await _running;

        Assert.Empty(await ListedAsync());
    }

    [Fact]
    public async Task RunAsync_CancelledBeforeTheDirectoryAnswers_WithdrawsAllTheSame()
    {
        _offers.Add(await SampleOffers.SignedAsync(_signer, 1, 2));
        _directory.AnswersNever = true;
        _running = _announcer.RunAsync(_stop.Token);
        Assert.Single(await ListedAsync());
        await _stop.CancelAsync();
        await _running;

        Assert.Empty(await ListedAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
        _signer.Dispose();
    }

    private async Task StartAsync()
    {
        _running = _announcer.RunAsync(_stop.Token);
        await _time.WaitForTimersAsync();
    }

    /// <summary>Lets the announcer's pause pass, and waits until it pauses again.</summary>
    private async Task NextRoundAsync(TimeSpan pause)
    {
        _time.Advance(pause);
        await _time.WaitForTimersAsync();
    }

    private async Task<IReadOnlyList<Offer>> ListedAsync() => (await _directory.Inner.QueryAsync(new OfferQuery())).Offers;

    private sealed class FlakyDirectory(InProcessDirectory inner) : IOfferPublisher
    {
        public InProcessDirectory Inner { get; set; } = inner;

        public bool Fails { get; set; }

        /// <summary>Lists what is published, but does not say so.</summary>
        public bool AnswersNever { get; set; }

        public int Calls { get; private set; }

        public async Task<DateTimeOffset> PublishAsync(Offer offer, CancellationToken cancellationToken = default)
        {
            var until = await Up().PublishAsync(offer, cancellationToken);
            if (AnswersNever)
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            }

            return until;
        }

        public Task<IReadOnlyList<OfferId>> HeartbeatAsync(IReadOnlyList<OfferId> offers, ISigner provider, CancellationToken cancellationToken = default) =>
            Up().HeartbeatAsync(offers, provider, cancellationToken);

        public Task WithdrawAsync(OfferId offer, ISigner provider, CancellationToken cancellationToken = default) => Up().WithdrawAsync(offer, provider, cancellationToken);

        private InProcessDirectory Up()
        {
            Calls++;
            return Fails ? throw new DePinException(DePinErrorCode.Unavailable, Fault.Network, "down", isTransient: true) : Inner;
        }
    }
}
