using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Chains.Tests.Evm.Sending;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>What a sender does when nothing breaks, and what it refuses to send.</summary>
public sealed class SolanaSenderTests
{
    [Fact]
    public async Task SendAsync_Memo_IsConfirmedWithItsBudgetBehindIt()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.Prices = [0, 10, 20, 30]);

        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));

        var landed = Assert.Single(bench.Node.Landed);
        Assert.Equal((receipt.Signature, bench.FeePayer), (landed.Id, receipt.FeePayer));
        var instructions = SolanaTransaction.Deserialize(landed.Bytes).Message.Decompile();
        Assert.Equal([MemoProgram.ProgramId, ComputeBudgetProgram.ProgramId, ComputeBudgetProgram.ProgramId], instructions.Select(instruction => instruction.ProgramId));
        Assert.Equal(ComputeBudgetProgram.SetComputeUnitLimit(1_200).Data.ToArray(), instructions[1].Data.ToArray());
        Assert.Equal(ComputeBudgetProgram.SetComputeUnitPrice(20).Data.ToArray(), instructions[2].Data.ToArray());
        var record = await bench.Sender.GetTransactionAsync(receipt);
        Assert.Equal((receipt.Slot, 5_000UL), (record.Slot, record.Fee));
    }

    [Fact]
    public async Task SendAsync_RecentFeesAreZero_OffersNone()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.Prices = [0, 0, 0, 0, 900]);

        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));

        Assert.Equal(2, SolanaTransaction.Deserialize(Assert.Single(bench.Node.Landed).Bytes).Message.Instructions.Count);
    }

    [Fact]
    public async Task SendAsync_RecentFeesAreAboveTheCeiling_OffersTheCeiling()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.Prices, b.Options.MaxComputeUnitPrice) = ([5_000_000], 70));

        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a") with { ComputeUnitLimit = 555 }));

        var instructions = SolanaTransaction.Deserialize(Assert.Single(bench.Node.Landed).Bytes).Message.Decompile();
        Assert.Equal(ComputeBudgetProgram.SetComputeUnitLimit(555).Data.ToArray(), instructions[1].Data.ToArray());
        Assert.Equal(ComputeBudgetProgram.SetComputeUnitPrice(70).Data.ToArray(), instructions[2].Data.ToArray());
    }

    [Fact]
    public async Task SendAsync_SimulationFails_IsNotSentAndSaysWhy()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.Refuses = _ => FakeSolanaNode.Custom(0, 7));

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")), () => { }));

        Assert.Equal((SolanaSendError.Refused, false, DePinErrorCode.SettlementFailed), (error.Error, error.MayHaveBeenBroadcast, error.Code));
        Assert.Equal((0, 7U), (error.TransactionError!.Instruction!.InstructionIndex, error.TransactionError.CustomCode!.Value));
        Assert.Equal("Program log: no", Assert.Single(error.Logs));
        Assert.Equal(0, bench.Node.Received);

        bench.Node.Refuses = _ => null;
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Theory]
    [InlineData(SolanaTransactionErrorKind.InsufficientFundsForFee)]
    [InlineData(SolanaTransactionErrorKind.AccountNotFound)]
    public async Task SendAsync_FeePayerHasNothing_SaysSo(SolanaTransactionErrorKind kind)
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.Refuses = _ => new SolanaTransactionError { Kind = kind, Name = kind.ToString() });

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")), () => { }));

        Assert.Equal((SolanaSendError.InsufficientFunds, DePinErrorCode.InsufficientFunds, 0), (error.Error, error.Code, bench.Node.Received));
    }

    [Fact]
    public async Task SendAsync_FailsOnTheChain_SaysWhyWithTheLogs()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.Refuses, b.Node.SimulatesEverything) = (_ => FakeSolanaNode.Custom(0, 9), true));

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a"))));

        Assert.Equal((SolanaSendError.Failed, true), (error.Error, error.MayHaveBeenBroadcast));
        Assert.Equal(Assert.Single(bench.Node.Landed).Id.ToString(), error.TransactionId);
        Assert.Equal((9U, "Program log: a"), (error.TransactionError!.CustomCode!.Value, Assert.Single(error.Logs)));
        Assert.Equal(0, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_EqualRequestsWithoutKeys_AreTransactionsOfTheirOwn()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();

        var receipts = await bench.DriveAsync(Task.WhenAll(Enumerable.Range(0, 20).Select(_ => bench.Sender.SendAsync(SolanaSenderBench.Request("same")))));

        Assert.Equal(20, bench.Node.Effects("same"));
        Assert.Equal(20, receipts.Select(receipt => receipt.Signature).Distinct().Count());
    }

    [Fact]
    public async Task SendAsync_EqualRequestOfASenderBefore_IsATransactionOfItsOwn()
    {
        var folder = Directory.CreateTempSubdirectory("depin-outbox-");
        try
        {
            await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Path.Combine(folder.FullName, "outbox.db"));
            var first = bench.Sender.SendAsync(SolanaSenderBench.Request("same"));
            await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);

            // The cluster stands still, so that the next sender gets the same blockhash.
            await bench.ReopenAsync();
            await Assert.ThrowsAsync<SolanaSendException>(() => first);
            await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("same")));

            Assert.Equal(2, bench.Node.Effects("same"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_EachTakesEffectOnce()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();

        var sending = Task.WhenAll(Enumerable.Range(0, 600).Select(i => bench.Sender.SendAsync(SolanaSenderBench.Request($"request {i}", i % 2 == 0 ? $"key {i}" : null))));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 600);
        var receipts = await bench.DriveAsync(sending);

        Assert.Equal(600, receipts.Select(receipt => receipt.Signature).Distinct().Count());
        Assert.All(Enumerable.Range(0, 600), i => Assert.Equal(1, bench.Node.Effects($"request {i}")));
    }

    [Fact]
    public async Task SendAsync_Finalized_WaitsForIt()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.Commitment = SolanaCommitment.Finalized);
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);

        await bench.PollAsync(20, () => bench.Node.Advance());
        Assert.Equal((1, false), (bench.Node.Effects("a"), sending.IsCompleted));

        await bench.DriveAsync(sending);
    }

    [Fact]
    public async Task SendAsync_OtherSigners_SignToo()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        using var other = Ed25519Signer.Create();
        var request = SolanaSenderBench.Request("a") with { Instructions = [MemoProgram.Memo("a", AddressOf(other))], Signers = [other, bench.Signer] };

        await bench.DriveAsync(bench.Sender.SendAsync(request));

        Assert.Equal(2, SolanaTransaction.Deserialize(Assert.Single(bench.Node.Landed).Bytes).Signatures.Count);
        var missing = await Assert.ThrowsAsync<ArgumentException>(() => bench.Sender.SendAsync(request with { Signers = [] }));
        Assert.Contains(AddressOf(other).ToString(), missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_KeySignsForAnotherOrFails_SendsNothing(bool isFeePayer)
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        using var named = Ed25519Signer.Create();
        using var actual = Ed25519Signer.Create();
        var liar = new ScriptedSigner((isFeePayer ? bench.Signer : named).PublicKey, message => actual.SignAsync(message));
        var locked = new ScriptedSigner(named.PublicKey, _ => throw new InvalidOperationException("locked"));
        await bench.ReopenAsync(signer: isFeePayer ? liar : null);

        var request = SolanaSenderBench.Request("a") with { Instructions = [MemoProgram.Memo("a", AddressOf(named))], Signers = [isFeePayer ? named : liar] };
        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request), () => { }));
        Assert.Equal((SolanaSendError.SigningFailed, false, DePinErrorCode.InvalidSignature), (error.Error, error.MayHaveBeenBroadcast, error.Code));
        error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request with { Signers = [locked] }), () => { }));
        Assert.Equal(SolanaSendError.SigningFailed, error.Error);

        Assert.Equal(0, bench.Node.Received);
    }

    [Fact]
    public async Task SendAsync_TooLarge_SaysByHowMuch()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.Prices = [5]);
        var request = SolanaSenderBench.Request(new string('x', 1_200));

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request), () => { }));

        Assert.Equal((SolanaSendError.TooLarge, DePinErrorCode.MessageTooLarge), (error.Error, error.Code));
        Assert.False(request.Measure(bench.FeePayer).Fits);
        var measured = SolanaSenderBench.Request("a").Measure(bench.FeePayer);
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));
        Assert.Equal(measured.Bytes, Assert.Single(bench.Node.Landed).Bytes.Length);
    }

    [Fact]
    public async Task SendAsync_MalformedRequest_IsRefused()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var request = SolanaSenderBench.Request("a");
        using var p256 = P256Signer.Create();

        foreach (var malformed in new[]
        {
            request with { Key = string.Empty },
            request with { Key = new string('k', 201) },
            request with { Instructions = [] },
            request with { ComputeUnitLimit = 0 },
            request with { ComputeUnitLimit = 1_400_001 },
            request with { Instructions = [ComputeBudgetProgram.SetComputeUnitLimit(1)] },
            request with { Signers = [p256] },
        })
        {
            await Assert.ThrowsAsync<ArgumentException>(() => bench.Sender.SendAsync(malformed));
        }

        await Assert.ThrowsAsync<ArgumentException>(() => SolanaSender.OpenAsync(bench.Node, p256, bench.Options, bench.Clock, null, CancellationToken.None));
    }

    [Fact]
    public async Task SendAsync_NotConfirmedInTime_IsPendingAndGoesOn()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.ConfirmationTimeout = TimeSpan.FromSeconds(3));

        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(sending, () => { }, otherTimers: 1));
        Assert.Equal((SolanaSendError.Pending, true, true), (error.Error, error.MayHaveBeenBroadcast, error.IsTransient));

        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")), otherTimers: 1);
        Assert.Equal(error.TransactionId, receipt.Signature.ToString());
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_GivenUpBeforeItIsSigned_IsNotSent()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var reached = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        var slow = new ScriptedSigner(bench.Signer.PublicKey, async message =>
        {
            reached.TrySetResult();
            await release.Task;
            return await bench.Signer.SignAsync(message);
        });
        await bench.ReopenAsync(signer: slow);
        using var patience = new CancellationTokenSource();
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"), patience.Token);
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        release.SetResult();
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("b")));

        Assert.Equal((0, 1), (bench.Node.Effects("a"), bench.Node.Effects("b")));
    }

    [Fact]
    public async Task SendAsync_NodeSaysItIsConfirmed_LooksAtOnce()
    {
        var word = new TaskCompletionSource();
        await using var bench = await SolanaSenderBench.OpenAsync(b =>
        {
            b.Options.PollInterval = TimeSpan.FromHours(1);
            b.Node.Watching = _ => word.Task;
        });
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);
        bench.Node.Advance(5);

        word.SetResult();
        await sending.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public void Snapshot_OptionOutOfRange_IsRefused()
    {
        foreach (var options in new SolanaSenderOptions[]
        {
            new() { JournalPath = string.Empty },
            new() { Commitment = SolanaCommitment.Processed },
            new() { PriorityFeePercentile = 101 },
            new() { ComputeUnitMargin = -1 },
            new() { MaxConcurrency = 0 },
            new() { PollInterval = TimeSpan.Zero },
            new() { ResendInterval = TimeSpan.Zero },
            new() { ExpiryMargin = -1 },
            new() { MaxAttempts = 0 },
            new() { ConfirmationTimeout = TimeSpan.Zero },
            new() { SigningTimeout = TimeSpan.Zero },
            new() { JournalRetention = TimeSpan.Zero },
        })
        {
            Assert.Throws<ArgumentException>(options.Snapshot);
        }

        _ = new SolanaSenderOptions().Snapshot();
    }

    private static SolanaAddress AddressOf(ISigner signer) => new(signer.PublicKey.Bytes.Span);
}
