using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

/// <summary>Keys of requests, keys of accounts, and the journal between them.</summary>
public sealed class EvmSenderKeyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("depin-sender-");

    private string Journal => Path.Combine(_folder.FullName, "lane.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task SendAsync_SameKey_IsOneTransactionAlsoAfterARestart()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.JournalPath = Journal);

        var both = await bench.DriveAsync(Task.WhenAll(bench.Sender.SendAsync(SenderBench.Request(1, "a")), bench.Sender.SendAsync(SenderBench.Request(1, "a"))));
        var later = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));
        await bench.ReopenAsync();
        var restarted = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));

        Assert.Single(bench.Chain.Mined);
        Assert.Single(new[] { both[0], both[1], later, restarted }.Select(receipt => receipt.TransactionHash).Distinct());
    }

    [Fact]
    public async Task SendAsync_SameKeyForSomethingElse_IsRefused()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        var first = bench.Sender.SendAsync(SenderBench.Request(1, "a"));

        Assert.Equal(EvmSendError.KeyReused, (await Assert.ThrowsAsync<EvmSendException>(() => bench.Sender.SendAsync(SenderBench.Request(2, "a")))).Error);
        await bench.DriveAsync(first);
        Assert.Equal(EvmSendError.KeyReused, (await Assert.ThrowsAsync<EvmSendException>(() => bench.Sender.SendAsync(SenderBench.Request(1, "a") with { Value = 2UL }))).Error);
        await bench.ReopenAsync();
        Assert.Equal(EvmSendError.KeyReused, (await Assert.ThrowsAsync<EvmSendException>(() => bench.Sender.SendAsync(SenderBench.Request(1, "a") with { To = null }))).Error);
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task DisposeAsync_TransactionOnItsWay_GoesOnInTheNextSender()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        var sending = bench.Sender.SendAsync(SenderBench.Request(1, "a"));
        await Eventually.HoldsAsync(() => bench.Chain.Pooled == 1);
        bench.Chain.DropPool();

        await bench.Sender.DisposeAsync();
        var error = await Assert.ThrowsAsync<EvmSendException>(() => sending);
        Assert.Equal(EvmSendError.Pending, error.Error);
        Assert.True(error.MayHaveBeenBroadcast);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => bench.Sender.SendAsync(SenderBench.Request(1)));

        await bench.ReopenAsync();
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1, "a")));
        Assert.Equal(error.TransactionId, receipt.TransactionHash.ToString());
        Assert.Single(bench.Chain.Mined);
    }

    [Fact]
    public async Task OpenAsync_JournalInUse_IsRefused()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.JournalPath = Journal);

        var error = await Assert.ThrowsAsync<DePinException>(() => EvmSender.OpenAsync(new EvmClient(bench.Chain), bench.Signer, bench.Options, bench.Clock));

        Assert.Equal(DePinErrorCode.StorageFailed, error.Code);
        Assert.Contains("another sender", error.Message, StringComparison.Ordinal);
        await bench.ReopenAsync();
        await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));
    }

    [Fact]
    public async Task OpenAsync_JournalOfAnotherAccount_IsRefused()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        await bench.Sender.DisposeAsync();
        using var other = Secp256k1Signer.Create();

        var error = await Assert.ThrowsAsync<DePinException>(() => EvmSender.OpenAsync(new EvmClient(bench.Chain), other, bench.Options, bench.Clock));

        Assert.Equal(DePinErrorCode.StorageFailed, error.Code);
        Assert.Contains(bench.Account.ToString(), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_JournalOfAnotherChainWithTheSameId_IsRefused()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.JournalPath = Journal);
        await bench.Sender.DisposeAsync();

        var error = await Assert.ThrowsAsync<DePinException>(() => EvmSender.OpenAsync(new EvmClient(new SimulatedChain("another")), bench.Signer, bench.Options, bench.Clock));

        Assert.Equal(DePinErrorCode.StorageFailed, error.Code);
        Assert.Contains("another chain of the same id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OpenAsync_KeyOfAnotherAlgorithm_IsRefused()
    {
        using var key = P256Signer.Create();
        await Assert.ThrowsAsync<ArgumentException>(() => EvmSender.OpenAsync(new EvmClient(new SimulatedChain()), key));
    }

    [Fact]
    public async Task SendAsync_KeyFailsOrIsAnother_LeavesNoGap()
    {
        await using var bench = await SenderBench.OpenAsync();
        using var other = Secp256k1Signer.Create();
        var key = new ScriptedSigner(bench.Signer, message => Id(message) switch
        {
            2 => other.SignAsync(message),
            5 => throw new InvalidOperationException("locked"),
            _ => bench.Signer.SignAsync(message),
        });
        await bench.Sender.DisposeAsync();
        await using var sender = await EvmSender.OpenAsync(new EvmClient(bench.Chain), key, bench.Options, bench.Clock);

        var sending = Enumerable.Range(0, 8).Select(i => sender.SendAsync(SenderBench.Request(i))).ToArray();
        await bench.DriveAsync(Task.WhenAll(sending.Select(async task => await Task.WhenAny(task))));

        var problems = sending.Where(task => task.IsFaulted).Select(task => Assert.IsType<EvmSendException>(task.Exception!.InnerException)).ToList();
        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.Equal((EvmSendError.SigningFailed, false), (problem.Error, problem.MayHaveBeenBroadcast)));
        Assert.Equal(Enumerable.Range(0, 6).Select(i => (ulong)i), bench.Chain.Mined.Select(mined => mined.Transaction.Nonce));
        Assert.All(bench.Chain.Mined, mined => Assert.Equal(bench.Account, mined.RecoverSender()));
    }

    // The request's data, four bytes, as RLP writes it.
    private static int Id(ReadOnlyMemory<byte> message) => Enumerable.Range(0, 8).First(i => message.Span.IndexOf(new byte[] { 0x84, 0, 0, 0, (byte)i }) >= 0);

    private sealed class ScriptedSigner(ISigner inner, Func<ReadOnlyMemory<byte>, ValueTask<Signature>> sign) : ISigner
    {
        public PublicKey PublicKey => inner.PublicKey;

        public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => sign(message);
    }
}
