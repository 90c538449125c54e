using System.Security.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="IVoucherJournal"/> does. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>, each on a new journal.</summary>
public sealed class VoucherJournalConformance
{
    private static readonly Asset Asset = Asset.Parse("depin:local/credit:usd");

    private static readonly Dictionary<string, Func<VoucherJournalConformance, IVoucherJournal, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["Find_Unknown_IsNull"] = (_, j) => UnknownAsync(j),
        ["Save_BeforeItsChannel_IsChannelNotFound"] = (_, j) => WithoutChannelAsync(j),
        ["SaveVoucher_Every_IsFoundUnchanged"] = (_, j) => RoundTripAsync(j),
        ["SaveVoucher_LowerOrEqual_IsNotRecorded"] = (_, j) => MonotonicAsync(j),
        ["SaveDelivered_Lower_IsIgnored"] = (_, j) => DeliveredAsync(j),
        ["SaveChannel_OlderLook_ChangesNothing"] = (_, j) => OlderLookAsync(j),
        ["List_Closed_IsLeftOut"] = (_, j) => ListAsync(j),
        ["Values_Largest_AreExact"] = (_, j) => LargestAsync(j),
        ["Concurrent_Savers_KeepTheHighest"] = (_, j) => ConcurrentAsync(j),
        ["Reopened_Journal_HoldsEverything"] = (c, j) => c.ReopenAsync(j),
        ["Cancelled_Save_Throws"] = (_, j) => CancelledAsync(j),
    };

    private readonly Func<Task<IVoucherJournal>> _open;

    /// <summary>Makes the suite for an implementation.</summary>
    /// <param name="open">Opens the journal; when asked again after it was disposed, opens the same one. A journal that does not outlast its object returns the same object.</param>
    public VoucherJournalConformance(Func<Task<IVoucherJournal>> open) => _open = open;

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    /// <summary>Runs a case.</summary>
    /// <exception cref="ConformanceException">The implementation fails it.</exception>
    public async Task RunAsync(string caseName)
    {
        var journal = await _open().ConfigureAwait(false);
        await using (journal.ConfigureAwait(false))
        {
            await Cases[caseName](this, journal).ConfigureAwait(false);
        }
    }

    private static Amount Units(UInt128 units) => new(units, Asset);

    private static Channel NewChannel(UInt128? deposit = null)
    {
        var account = AccountId.Parse("depin:local:p256-sha256.02ab");
        return new Channel
        {
            Id = new ChannelId(RandomNumberGenerator.GetBytes(32)),
            Payer = account,
            Payee = AccountId.Parse("depin:local:p256-sha256.03cd"),
            VoucherKey = new PublicKey(SignatureAlgorithm.P256, RandomNumberGenerator.GetBytes(33)),
            Deposit = Units(deposit ?? 1_000),
            Settled = Units(0),
            GracePeriod = TimeSpan.FromTicks(36_000_000_123),
            Status = ChannelStatus.Open,
            Refunded = Units(0),
        };
    }

    private static SignedVoucher NewVoucher(ChannelId channel, UInt128 units, DateTimeOffset? expires = null) =>
        new(new Voucher(channel, Units(units), expires), new Signature(SignatureAlgorithm.P256, RandomNumberGenerator.GetBytes(64)));

    private static async Task<JournalEntry> FindAsync(IVoucherJournal journal, ChannelId channel) =>
        await journal.FindAsync(channel).ConfigureAwait(false) ?? throw new ConformanceException($"Channel {channel} was saved and is not found.");

    private static async Task UnknownAsync(IVoucherJournal journal)
    {
        Expect.True(await journal.FindAsync(NewChannel().Id).ConfigureAwait(false) is null, "an unknown channel is null");
        Expect.Equal(0, (await journal.ListAsync().ConfigureAwait(false)).Count, "the entries of a new journal");
        Expect.Equal(32, journal.Id.Length, "the length of the journal's id");
    }

    private static async Task WithoutChannelAsync(IVoucherJournal journal)
    {
        var id = NewChannel().Id;
        await Expect.FailsAsync(() => journal.SaveVoucherAsync(NewVoucher(id, 1)), DePinErrorCode.ChannelNotFound, "a voucher before its channel").ConfigureAwait(false);
        await Expect.FailsAsync(() => journal.SaveDeliveredAsync(id, Units(1)), DePinErrorCode.ChannelNotFound, "a total before its channel").ConfigureAwait(false);
        Expect.True(await journal.FindAsync(id).ConfigureAwait(false) is null, "nothing was recorded");
    }

    private static async Task RoundTripAsync(IVoucherJournal journal)
    {
        var channel = NewChannel();
        await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        Expect.Equal(new JournalEntry(channel, null, Units(0)), await FindAsync(journal, channel.Id).ConfigureAwait(false), "a channel before its first voucher");
        SignedVoucher[] vouchers = [NewVoucher(channel.Id, 1), NewVoucher(channel.Id, 2, DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_123)), NewVoucher(channel.Id, 3)];
        foreach (var voucher in vouchers)
        {
            Expect.True(await journal.SaveVoucherAsync(voucher).ConfigureAwait(false), "a higher voucher is recorded");
            Expect.Equal(voucher, (await FindAsync(journal, channel.Id).ConfigureAwait(false)).Voucher, "the voucher");
        }
    }

    private static async Task MonotonicAsync(IVoucherJournal journal)
    {
        var channel = NewChannel();
        await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        var best = NewVoucher(channel.Id, 300);
        await journal.SaveVoucherAsync(best).ConfigureAwait(false);
        foreach (var units in new UInt128[] { 300, 299, 44, 1, 0 })
        {
            Expect.True(!await journal.SaveVoucherAsync(NewVoucher(channel.Id, units)).ConfigureAwait(false), $"a voucher for {units} after one for 300 is not recorded");
            Expect.Equal(best, (await FindAsync(journal, channel.Id).ConfigureAwait(false)).Voucher, "the voucher");
        }
    }

    private static async Task DeliveredAsync(IVoucherJournal journal)
    {
        var channel = NewChannel();
        await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        foreach (var (units, expected) in new (UInt128, UInt128)[] { (5, 5), (300, 300), (299, 300), (0, 300), (301, 301) })
        {
            await journal.SaveDeliveredAsync(channel.Id, Units(units)).ConfigureAwait(false);
            Expect.Equal(Units(expected), (await FindAsync(journal, channel.Id).ConfigureAwait(false)).Delivered, "what was delivered");
        }
    }

    private static async Task OlderLookAsync(IVoucherJournal journal)
    {
        var channel = NewChannel();
        var closing = channel with { Deposit = Units(2_000), Settled = Units(700), Status = ChannelStatus.Closing, ClosesAt = DateTimeOffset.UnixEpoch.AddDays(20_000).AddTicks(7) };
        var closed = closing with { Settled = Units(800), Refunded = Units(1_200), Status = ChannelStatus.Closed, ClosesAt = null };
        await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        var voucher = NewVoucher(channel.Id, 800);
        await journal.SaveVoucherAsync(voucher).ConfigureAwait(false);
        await journal.SaveDeliveredAsync(channel.Id, Units(810)).ConfigureAwait(false);
        foreach (var (look, expected) in new[] { (closing, closing), (channel, closing), (closed, closed), (closing, closed), (channel, closed) })
        {
            await journal.SaveChannelAsync(look).ConfigureAwait(false);
            Expect.Equal(new JournalEntry(expected, voucher, Units(810)), await FindAsync(journal, channel.Id).ConfigureAwait(false), "the entry");
        }
    }

    private static async Task ListAsync(IVoucherJournal journal)
    {
        var open = NewChannel();
        var closing = NewChannel() with { Status = ChannelStatus.Closing, ClosesAt = DateTimeOffset.UnixEpoch.AddDays(20_000) };
        var closed = NewChannel() with { Status = ChannelStatus.Closed };
        foreach (var channel in new[] { open, closing, closed })
        {
            await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        }

        var listed = (await journal.ListAsync().ConfigureAwait(false)).Select(e => e.Channel.Id).ToHashSet();
        Expect.True(listed.SetEquals([open.Id, closing.Id]), "what is not closed is listed, and nothing else");
        Expect.Equal(closed, (await FindAsync(journal, closed.Id).ConfigureAwait(false)).Channel, "a closed channel that is asked for");
    }

    private static async Task LargestAsync(IVoucherJournal journal)
    {
        var channel = NewChannel(UInt128.MaxValue);
        await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        foreach (var units in new[] { (UInt128)long.MaxValue, ulong.MaxValue, (UInt128)ulong.MaxValue + 1, UInt128.MaxValue - 1, UInt128.MaxValue })
        {
            Expect.True(await journal.SaveVoucherAsync(NewVoucher(channel.Id, units)).ConfigureAwait(false), $"{units} is higher than what was recorded before");
            await journal.SaveDeliveredAsync(channel.Id, Units(units)).ConfigureAwait(false);
            var entry = await FindAsync(journal, channel.Id).ConfigureAwait(false);
            Expect.Equal((Units(UInt128.MaxValue), Units(units), Units(units)), (entry.Channel.Deposit, entry.Voucher!.Voucher.Cumulative, entry.Delivered), "the amounts");
        }
    }

    private static async Task ConcurrentAsync(IVoucherJournal journal)
    {
        var channels = Enumerable.Range(0, 8).Select(_ => NewChannel()).ToArray();
        await Task.WhenAll(channels.Select(c => journal.SaveChannelAsync(c))).ConfigureAwait(false);
        var acknowledged = new UInt128[channels.Length];
        await Task.WhenAll(Enumerable.Range(0, channels.Length * 4).Select(saver => Task.Run(async () =>
        {
            int index = saver % channels.Length;
            for (uint i = 1; i <= 25; i++)
            {
                var units = (UInt128)((i * 4) + (uint)(saver / channels.Length));
                if (await journal.SaveVoucherAsync(NewVoucher(channels[index].Id, units)).ConfigureAwait(false))
                {
                    lock (acknowledged)
                    {
                        acknowledged[index] = UInt128.Max(acknowledged[index], units);
                    }
                }

                var held = (await FindAsync(journal, channels[index].Id).ConfigureAwait(false)).Voucher!.Voucher.Cumulative.BaseUnits;
                Expect.True(held >= units, $"after saving {units} the journal holds at least that, not {held}");
            }
        }))).ConfigureAwait(false);
        for (int i = 0; i < channels.Length; i++)
        {
            Expect.Equal(acknowledged[i], (await FindAsync(journal, channels[i].Id).ConfigureAwait(false)).Voucher!.Voucher.Cumulative.BaseUnits, "the highest voucher");
            Expect.Equal((UInt128)103, acknowledged[i], "the highest voucher that any saver saved");
        }
    }

    private async Task ReopenAsync(IVoucherJournal journal)
    {
        var id = journal.Id.ToArray();
        var channel = NewChannel();
        var voucher = NewVoucher(channel.Id, 77, DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_001));
        await journal.SaveChannelAsync(channel).ConfigureAwait(false);
        await journal.SaveVoucherAsync(voucher).ConfigureAwait(false);
        await journal.SaveDeliveredAsync(channel.Id, Units(88)).ConfigureAwait(false);
        await journal.DisposeAsync().ConfigureAwait(false);
        var again = await _open().ConfigureAwait(false);
        await using (again.ConfigureAwait(false))
        {
            Expect.True(again.Id.Span.SequenceEqual(id), "the journal keeps its id");
            Expect.Equal(new JournalEntry(channel, voucher, Units(88)), await FindAsync(again, channel.Id).ConfigureAwait(false), "the entry");
            Expect.True(!await again.SaveVoucherAsync(NewVoucher(channel.Id, 76)).ConfigureAwait(false), "a lower voucher is not recorded");
        }
    }

    private static async Task CancelledAsync(IVoucherJournal journal)
    {
        try
        {
            await journal.SaveChannelAsync(NewChannel(), new CancellationToken(canceled: true)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        throw new ConformanceException("Expected: a cancelled save throws OperationCanceledException.");
    }
}
