using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Testing;
using DePin.Sdk.Testing.Market;

namespace DePin.Sdk.Tests.Market;

public sealed class OfferBookTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(SampleOffers.IssuedAt);
    private readonly P256Signer[] _signers = [.. Enumerable.Range(0, 4).Select(_ => P256Signer.Create())];
    private readonly CountingDirectory _directory = new();

    [Fact]
    public async Task GetAsync_Fresh_AsksTheDirectoryOnce()
    {
        using var book = await BookAsync(3);
        await book.GetAsync(new OfferQuery { PageSize = 7 });
        _time.Advance(TimeSpan.FromSeconds(29));

        Assert.Equal(3, (await book.GetAsync(new OfferQuery())).Offers.Count);
        Assert.Equal(1, _directory.Queries);
    }

    [Fact]
    public async Task GetAsync_ManyAtOnce_ReadOnce()
    {
        using var book = await BookAsync(3);
        _directory.Hold();
        var waiting = Enumerable.Range(0, 20).Select(_ => book.GetAsync(new OfferQuery()).AsTask()).ToArray();
        _directory.Release();
        await Task.WhenAll(waiting);

        Assert.Equal(1, _directory.Queries);
    }

    [Fact]
    public async Task GetAsync_Old_ServesTheOldOnesWhileReading()
    {
        using var book = await BookAsync(3);
        await book.GetAsync(new OfferQuery());
        _directory.Inner = new StaticDirectory([await OfferAsync(0)], _time);
        _directory.Hold();
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(3, (await book.GetAsync(new OfferQuery())).Offers.Count);
        _directory.Release();
        await UntilAsync(async () => (await book.GetAsync(new OfferQuery())).Offers.Count == 1);
        Assert.Equal(2, _directory.Queries);
    }

    [Fact]
    public async Task GetAsync_DirectoryFails_KeepsTheOldOnesAndTriesAgainLater()
    {
        using var book = await BookAsync(3);
        await book.GetAsync(new OfferQuery());
        _directory.Fails = true;
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(3, (await book.GetAsync(new OfferQuery())).Offers.Count);
        await UntilAsync(() => Task.FromResult(_directory.Queries == 2));
        Assert.Equal(3, (await book.GetAsync(new OfferQuery())).Offers.Count);
        Assert.Equal(2, _directory.Queries);
        _directory.Fails = false;
        await UntilAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await book.GetAsync(new OfferQuery());
            return _directory.Queries >= 3;
        });
    }

    [Fact]
    public async Task GetAsync_FirstReadFails_ThrowsWhatTheDirectorySays()
    {
        using var book = await BookAsync(3);
        _directory.Fails = true;

        Assert.Equal(DePinErrorCode.Unavailable, (await Assert.ThrowsAsync<DePinException>(async () => await book.GetAsync(new OfferQuery()))).Code);
        _directory.Fails = false;
        Assert.Equal(3, (await book.GetAsync(new OfferQuery())).Offers.Count);
    }

    [Fact]
    public async Task GetAsync_NothingThere_LooksAgainAfterASecondAndWaitsForTheAnswer()
    {
        using var book = await BookAsync(0);
        Assert.Empty((await book.GetAsync(new OfferQuery())).Offers);
        _directory.Inner = new StaticDirectory([await OfferAsync(0)], _time);
        Assert.Empty((await book.GetAsync(new OfferQuery())).Offers);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Single((await book.GetAsync(new OfferQuery())).Offers);
    }

    [Fact]
    public async Task GetAsync_Cancelled_LeavesTheReadingToOthers()
    {
        using var book = await BookAsync(3);
        using var cancellation = new CancellationTokenSource();
        _directory.Hold();
        var cancelled = book.GetAsync(new OfferQuery(), cancellation.Token).AsTask();
        var other = book.GetAsync(new OfferQuery()).AsTask();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        _directory.Release();
        Assert.Equal(3, (await other).Offers.Count);
    }

    [Fact]
    public async Task GetAsync_MoreThanTheMaximum_KeepsTheCheapest()
    {
        using var book = await BookAsync(4, new OfferBookOptions { MaxOffers = 3, PageSize = 2 });

        var offers = (await book.GetAsync(new OfferQuery())).Offers;

        Assert.Equal([0, 1, 2], offers.Select(o => (int)o.Price.PerMillionOutputTokens.BaseUnits));
    }

    [Fact]
    public async Task GetAsync_EndlessPages_Ends()
    {
        _directory.Inner = new EndlessDirectory();
        using var book = new OfferBook(_directory, timeProvider: _time);

        Assert.Empty((await book.GetAsync(new OfferQuery())).Offers);
        Assert.InRange(_directory.Queries, 2, 1000);
    }

    [Fact]
    public async Task MarkStale_NextUse_ReadsAgainInTheBackground()
    {
        using var book = await BookAsync(1);
        await book.GetAsync(new OfferQuery());
        _time.Advance(TimeSpan.FromSeconds(2));
        book.MarkStale(new OfferQuery());
        await book.GetAsync(new OfferQuery());

        await UntilAsync(() => Task.FromResult(_directory.Queries == 2));
    }

    [Fact]
    public async Task GetAsync_ManyQueries_KeepsABoundedNumber()
    {
        using var book = await BookAsync(1, new OfferBookOptions { MaxQueries = 2 });
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await book.GetAsync(new OfferQuery { Model = $"m{i}" });
        }

        await book.GetAsync(new OfferQuery { Model = "m9" });
        Assert.Equal(10, _directory.Queries);
        await book.GetAsync(new OfferQuery { Model = "m0" });
        Assert.Equal(11, _directory.Queries);
    }

    [Fact]
    public async Task SelectAsync_ForgedOffers_AreDroppedAndAGenuineOneIsChosen()
    {
        var genuine = await OfferAsync(3);
        var forged = Enumerable.Range(0, 3).Select(i => SampleOffers.Unsigned(_signers[i].PublicKey, 0, 0) with { Signature = genuine.Signature });
        _directory.Inner = new StaticDirectory([.. forged, genuine], _time);
        using var book = new OfferBook(_directory, timeProvider: _time);

        foreach (var selector in new IOfferSelector[] { new CheapestSelector(), new PowerOfTwoSelector(), new LowestLatencySelector() })
        {
            Assert.Equal(genuine, await book.SelectAsync(new OfferQuery(), selector, Context()));
        }

        Assert.Null(await book.SelectAsync(new OfferQuery(), new CheapestSelector(), Context() with { Excluded = [genuine.Provider] }));
    }

    [Fact]
    public async Task SelectAsync_SelectorThatIgnoresTheRules_CannotPassAForgedOffer()
    {
        _directory.Inner = new StaticDirectory([SampleOffers.Unsigned(SampleOffers.Key(1), 1, 1)], _time);
        using var book = new OfferBook(_directory, timeProvider: _time);

        Assert.Null(await book.SelectAsync(new OfferQuery(), new FirstSelector(), Context()));
    }

    [Fact]
    public async Task SelectAsync_OtherSignatureOnVerifiedTerms_IsVerifiedAgain()
    {
        var genuine = await OfferAsync(0);
        _directory.Inner = new StaticDirectory([genuine], _time);
        using var book = new OfferBook(_directory, timeProvider: _time);
        Assert.NotNull(await book.SelectAsync(new OfferQuery(), new CheapestSelector(), Context()));

        _directory.Inner = new StaticDirectory([genuine with { Signature = new Signature(SignatureAlgorithm.P256, new byte[64]) }], _time);
        Assert.Null(await book.SelectAsync(new OfferQuery { Kind = "chat" }, new CheapestSelector(), Context()));
    }

    [Fact]
    public async Task GetAsync_Disposed_Throws()
    {
        var book = await BookAsync(1);
        book.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await book.GetAsync(new OfferQuery()));
    }

    public void Dispose() => Array.ForEach(_signers, s => s.Dispose());

    /// <summary>Lets the pool's threads run; what is waited for happens whatever the clock says.</summary>
    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
        {
            await Task.Yield();
        }
    }

    private SelectionContext Context() => new() { Statistics = new ProviderStatistics(_time), Now = _time.GetUtcNow() };

    private ValueTask<Offer> OfferAsync(int number) => SampleOffers.SignedAsync(_signers[number], 1, (UInt128)number);

    private async Task<OfferBook> BookAsync(int offers, OfferBookOptions? options = null)
    {
        var all = new List<Offer>();
        for (int i = 0; i < offers; i++)
        {
            all.Add(await OfferAsync(i));
        }

        _directory.Inner = new StaticDirectory(all, _time);
        return new OfferBook(_directory, options, timeProvider: _time);
    }

    private sealed class CountingDirectory : IProviderDirectory
    {
        private TaskCompletionSource _open = Opened();
        private int _queries;

        public IProviderDirectory? Inner { get; set; }

        public bool Fails { get; set; }

        public int Queries => Volatile.Read(ref _queries);

        public void Hold() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Release() => _open.SetResult();

        public async Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref _queries);
            await _open.Task.WaitAsync(cancellationToken);
            return Fails ? throw new DePinException(DePinErrorCode.Unavailable, Fault.Network, "down") : await Inner!.QueryAsync(query, cancellationToken);
        }

        private static TaskCompletionSource Opened()
        {
            var open = new TaskCompletionSource();
            open.SetResult();
            return open;
        }
    }

    private sealed class EndlessDirectory : IProviderDirectory
    {
        public Task<OfferPage> QueryAsync(OfferQuery query, CancellationToken cancellationToken = default) => Task.FromResult(new OfferPage([], "again"));
    }

    private sealed class FirstSelector : IOfferSelector
    {
        public Offer? Select(OfferSet offers, SelectionContext context) => offers.Offers.Count == 0 ? null : offers.Offers[0];
    }
}
