using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Chains.Tests.Evm.Sending;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>Keys of requests, keys that sign, and the journal between them.</summary>
public sealed class SolanaSenderKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-outbox-");

    private string Journal => Path.Combine(_folder.FullName, "outbox.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task SendAsync_SameKey_IsOneTransactionAlsoAfterARestart()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Journal);

        var both = await bench.DriveAsync(Task.WhenAll(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")), bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"))));
        var later = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        await bench.ReopenAsync();
        var restarted = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));

        Assert.Single(bench.Node.Landed);
        Assert.Single(new[] { both[0], both[1], later, restarted }.Distinct());
    }

    [Fact]
    public async Task SendAsync_SameKeyForSomethingElse_IsRefused()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        var first = bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"));

        Assert.Equal(SolanaSendError.KeyReused, (await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(SolanaSenderBench.Request("b", "key")))).Error);
        await bench.DriveAsync(first);
        await bench.ReopenAsync();
        Assert.Equal(SolanaSendError.KeyReused, (await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(SolanaSenderBench.Request("b", "key")))).Error);

        // How it is packed and what it may use is no part of what it does.
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key") with { ComputeUnitLimit = 77_777 }));
        Assert.Single(bench.Node.Landed);
    }

    [Fact]
    public async Task DisposeAsync_TransactionOnItsWay_GoesOnInTheNextSender()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);
        bench.Node.DropPool();

        await bench.Sender.DisposeAsync();
        var error = await Assert.ThrowsAsync<SolanaSendException>(() => sending);
        Assert.Equal((SolanaSendError.Pending, true), (error.Error, error.MayHaveBeenBroadcast));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Sender.SendAsync(SolanaSenderBench.Request("b")));

        await bench.ReopenAsync();
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        Assert.Equal(error.TransactionId, receipt.Signature.ToString());
        Assert.Single(bench.Node.Landed);
    }

    [Fact]
    public async Task OpenAsync_ExpiredMeanwhile_IsSignedAnewByTheFeePayerAlone()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Options.JournalPath, b.Node.TakesTransactions) = (Journal, false));
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);
        await bench.Sender.DisposeAsync();
        await Assert.ThrowsAsync<SolanaSendException>(() => sending);

        bench.Node.TakesTransactions = true;
        bench.Node.Advance(300);
        await bench.ReopenAsync();
        await bench.PollUntilAsync(() => bench.Node.Effects("a") == 1);

        Assert.Equal(2, bench.Node.ReceivedTimes.Count);
    }

    [Fact]
    public async Task OpenAsync_ExpiredMeanwhileAndOthersSign_WaitsForItsOwner()
    {
        using var other = Ed25519Signer.Create();
        var request = new SolanaTransactionRequest { Instructions = [MemoProgram.Memo("a", new SolanaAddress(other.PublicKey.Bytes.Span))], Signers = [other], Key = "key" };
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Options.JournalPath, b.Node.TakesTransactions) = (Journal, false));
        var sending = bench.Sender.SendAsync(request);
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);
        await bench.Sender.DisposeAsync();
        await Assert.ThrowsAsync<SolanaSendException>(() => sending);

        bench.Node.TakesTransactions = true;
        bench.Node.Advance(300);
        await bench.ReopenAsync();
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("b")));
        Assert.Equal(0, bench.Node.Effects("a"));
        await bench.DriveAsync(bench.Sender.SendAsync(request));

        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task OpenAsync_ToldButNotFinal_IsWatchedOn()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        await bench.Sender.DisposeAsync();

        bench.Node.ForkBelow(receipt.Signature, 0, keepsTransactions: false);
        bench.Node.Advance(3);
        await bench.ReopenAsync();
        await bench.PollUntilAsync(() => bench.Node.Effects("a") == 1);

        Assert.Equal(receipt.Signature, Assert.Single(bench.Node.Landed).Id);
    }

    [Fact]
    public async Task SendAsync_FailedBefore_SaysTheSameAfterARestart()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.Refuses, b.Node.SimulatesEverything, b.Options.JournalPath) = (_ => FakeSolanaNode.Custom(0, 4_000_000_000), true, Journal));
        var first = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"))));

        await bench.ReopenAsync();
        var again = await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));

        Assert.Equal((first.Error, first.TransactionId, first.TransactionError), (again.Error, again.TransactionId, again.TransactionError));
        Assert.Single(bench.Node.Landed);
    }

    [Fact]
    public async Task OpenAsync_JournalInUseOrOfAnother_IsRefused()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        using var other = Ed25519Signer.Create();

        var inUse = await Assert.ThrowsAsync<DePinException>(() => SolanaSender.OpenAsync(bench.Node, bench.Signer, bench.Options, bench.Clock, null, CancellationToken.None));
        await bench.Sender.DisposeAsync();
        var ofAnother = await Assert.ThrowsAsync<DePinException>(() => SolanaSender.OpenAsync(bench.Node, other, bench.Options, bench.Clock, null, CancellationToken.None));
        var ofElsewhere = await Assert.ThrowsAsync<DePinException>(() =>
            SolanaSender.OpenAsync(new FakeSolanaNode { Genesis = bench.Node.GetBlockhashAsync(default).Result.Hash }, bench.Signer, bench.Options, bench.Clock, null, CancellationToken.None));

        Assert.All([inUse, ofAnother, ofElsewhere], problem => Assert.Equal(DePinErrorCode.StorageFailed, problem.Code));
        Assert.Contains("another sender", inUse.Message, StringComparison.Ordinal);
        Assert.Contains(bench.FeePayer.ToString(), ofAnother.Message, StringComparison.Ordinal);
        Assert.Contains(bench.Node.Genesis.ToString(), ofElsewhere.Message, StringComparison.Ordinal);
        await bench.ReopenAsync();
    }

    [Fact]
    public async Task OpenAsync_JournalIsOld_ForgetsWhatIsFinal()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Options.JournalPath, b.Options.Commitment) = (Journal, SolanaCommitment.Finalized));
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        bench.Clock.Advance(bench.Options.JournalRetention + TimeSpan.FromDays(1));

        await bench.ReopenAsync();
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));

        Assert.Equal(2, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_LookupTables_SurviveTheJournal()
    {
        using var key = Ed25519Signer.Create();
        var address = new SolanaAddress(key.PublicKey.Bytes.Span);
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Options.JournalPath, b.Node.TakesTransactions) = (Journal, false));
        var request = new SolanaTransactionRequest
        {
            Instructions = [MemoProgram.Memo("a"), new SolanaInstruction(address, [SolanaAccountMeta.Writable(SystemAccount)], new byte[] { 1, 2, 3 })],
            LookupTables = [new SolanaLookupTable(address, [SystemAccount])],
            ComputeUnitLimit = 4_321,
        };
        var sending = bench.Sender.SendAsync(request);
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);
        await bench.Sender.DisposeAsync();
        await Assert.ThrowsAsync<SolanaSendException>(() => sending);

        bench.Node.TakesTransactions = true;
        bench.Node.Advance(300);
        await bench.ReopenAsync();
        await bench.PollUntilAsync(() => bench.Node.Landed.Count == 1);

        var message = SolanaTransaction.Deserialize(bench.Node.Landed[0].Bytes).Message;
        Assert.Equal(SolanaMessageVersion.V0, message.Version);
        Assert.Equal(address, Assert.Single(message.TableLookups).Table);
        Assert.Equal(new byte[] { 1, 2, 3 }, message.Instructions[1].Data.ToArray());
    }

    private static SolanaAddress SystemAccount { get; } = new(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());
}
