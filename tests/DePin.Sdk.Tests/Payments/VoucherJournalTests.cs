using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Testing.Conformance;

namespace DePin.Sdk.Tests.Payments;

public sealed class VoucherJournalTests
{
    public static TheoryData<string> Cases => new(VoucherJournalConformance.CaseNames);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Sqlite_Journal_Conforms(string caseName)
    {
        using var folder = new TempFolder();
        await new VoucherJournalConformance(() => Task.FromResult<IVoucherJournal>(SqliteVoucherJournal.Open(folder.File("journal.db")))).RunAsync(caseName);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Memory_Journal_Conforms(string caseName)
    {
        var journal = new MemoryVoucherJournal();
        await new VoucherJournalConformance(() => Task.FromResult<IVoucherJournal>(journal)).RunAsync(caseName);
    }

    [Fact]
    public async Task Open_TwoOnOneFile_SeeEachOther()
    {
        using var folder = new TempFolder();
        await using var one = SqliteVoucherJournal.Open(folder.File("journal.db"));
        await using var two = SqliteVoucherJournal.Open(folder.File("journal.db"));
        await using var world = await PaymentWorld.CreateAsync();
        await using var session = world.NewSession(journal: one);
        await using (var payment = await session.BeginAsync(world.PayeeAccount, PaymentWorld.Units(0), PaymentWorld.Units(100)))
        {
            var voucher = await payment.PayAsync(PaymentWorld.Units(0), isFinal: false);
            var entry = await two.FindAsync(payment.Channel);
            Assert.Equal(voucher, entry!.Voucher);
            Assert.False(await two.SaveVoucherAsync(voucher!));
        }

        Assert.Equal(one.Id.ToArray(), two.Id.ToArray());
    }

    [Theory]
    [InlineData("not a database at all, but long enough to be looked at by somebody who expects one")]
    [InlineData("")]
    public async Task Open_AFileOfAnotherKind_IsStorageFailed(string content)
    {
        using var folder = new TempFolder();
        var path = folder.File("file.db");
        if (content.Length == 0)
        {
            await using var ledger = LedgerSettlement.Open(path);
        }
        else
        {
            await File.WriteAllTextAsync(path, content);
        }

        var error = Assert.Throws<DePinException>(() => SqliteVoucherJournal.Open(path));
        Assert.Equal(DePinErrorCode.StorageFailed, error.Code);
    }

    [Fact]
    public async Task Save_AfterDispose_IsRefused()
    {
        using var folder = new TempFolder();
        var journal = SqliteVoucherJournal.Open(folder.File("journal.db"));
        await journal.DisposeAsync();
        await journal.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => journal.SaveDeliveredAsync(new ChannelId(new byte[32]), PaymentWorld.Units(1)));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => journal.ListAsync());
    }
}
