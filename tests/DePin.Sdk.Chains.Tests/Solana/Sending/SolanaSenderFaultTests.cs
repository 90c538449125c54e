using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Tests.Evm.Sending;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>Nodes that break, lag, forget and fork, and transactions that leaders lose.</summary>
public sealed class SolanaSenderFaultTests
{
    private static readonly TimeSpan RealLimit = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_BroadcastOfUnknownOutcome_SendsTheSameBytesAgain(bool isDelivered)
    {
        int left = 3;
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.Breaks = method => method == "send" && left-- > 0 ? isDelivered : null);

        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));

        Assert.Equal(1, bench.Node.Effects("a"));
        Assert.Single(bench.Node.ReceivedTimes);
    }

    [Fact]
    public async Task SendAsync_LeadersLoseIt_SendsTheSameBytesUntilOneTakesIt()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.TakesTransactions = false);
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);

        await bench.PollAsync(60, () => bench.Node.Advance());
        Assert.InRange(Assert.Single(bench.Node.ReceivedTimes).Value, 10, 20);
        bench.Node.TakesTransactions = true;
        await bench.DriveAsync(sending);

        Assert.Single(bench.Node.ReceivedTimes);
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_BlockhashExpires_IsSignedAnewOnlyWhenItIsDead()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.TakesTransactions, b.Node.Prices) = (false, [100]));
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);
        ulong signedAt = bench.Node.Height;

        // Alive for 150 blocks, and perhaps on a fork until the last of them is final.
        await bench.PollAsync(FakeSolanaNode.BlockhashLife + 30, () => bench.Node.Advance());
        Assert.Single(bench.Node.ReceivedTimes);
        bench.Node.TakesTransactions = true;
        var receipt = await bench.DriveAsync(sending);

        Assert.True(bench.Node.Height - signedAt >= 185);
        Assert.Equal(2, bench.Node.ReceivedTimes.Count);
        Assert.Equal(receipt.Signature, Assert.Single(bench.Node.Landed).Id);
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_BlockhashExpiresWhileTheKeySigns_IsSignedAnew()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        int signatures = 0;
        var slow = new ScriptedSigner(bench.Signer.PublicKey, message =>
        {
            if (Interlocked.Increment(ref signatures) == 1)
            {
                bench.Node.Advance(400);
            }

            return bench.Signer.SignAsync(message);
        });
        await bench.ReopenAsync(signer: slow);

        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));

        Assert.Equal((2, 1), (signatures, bench.Node.Effects("a")));
    }

    [Fact]
    public async Task SendAsync_StaysExpiredOrMayNotBeRenewed_IsToldAndCanBeAskedForAgain()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.TakesTransactions, b.Options.RenewExpired) = (false, false));

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"))));
        Assert.Equal((SolanaSendError.Expired, false, true), (error.Error, error.MayHaveBeenBroadcast, error.IsTransient));
        Assert.Equal(Assert.Single(bench.Node.ReceivedTimes).Key.ToString(), error.TransactionId);

        bench.Node.TakesTransactions = true;
        Assert.Equal(SolanaSendError.KeyReused, (await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("b", "key")), () => { }))).Error);
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        Assert.Equal(receipt, await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"))));
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_NobodyTakesAnyAttempt_GivesUpAfterTheLast()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.TakesTransactions, b.Options.MaxAttempts) = (false, 3));

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a"))));

        Assert.Equal((SolanaSendError.Expired, 3), (error.Error, bench.Node.ReceivedTimes.Count));
    }

    [Fact]
    public async Task SendAsync_RefusedWhenSignedAnew_SaysWhyAndThatNothingTookEffect()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.TakesTransactions = false);
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"));
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);
        bench.Node.Refuses = _ => FakeSolanaNode.Custom(0, 12);

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(sending));

        Assert.Equal((SolanaSendError.Refused, false, 12U), (error.Error, error.MayHaveBeenBroadcast, error.TransactionError!.CustomCode!.Value));
        Assert.Single(bench.Node.ReceivedTimes);
    }

    [Fact]
    public async Task SendAsync_NodeIsBehindWhereItAnswers_NothingIsSignedAnew()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);
        bench.Node.StatusLag = 260;

        // The heights say that it is dead, and the node that is asked has not got to its block yet.
        await bench.PollAsync(200, () => bench.Node.Advance());
        Assert.Equal((1, false), (bench.Node.Effects("a"), sending.IsCompleted));
        bench.Node.StatusLag = 0;
        await bench.DriveAsync(sending);

        Assert.Single(bench.Node.ReceivedTimes);
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_NodeIsDownForAWhile_GoesOnWhereItStood()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        bool isDown = false;
        bench.Node.Breaks = _ => isDown ? false : null;
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);
        isDown = true;

        await bench.PollAsync(50, () => bench.Node.Advance());
        Assert.False(sending.IsCompleted);
        var refused = await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(SolanaSenderBench.Request("b")));
        Assert.Equal((SolanaSendError.Unavailable, false, true), (refused.Error, refused.MayHaveBeenBroadcast, refused.IsTransient));
        isDown = false;

        await bench.DriveAsync(sending);
        Assert.Equal((1, 0), (bench.Node.Effects("a"), bench.Node.Effects("b")));
    }

    [Fact]
    public async Task SendAsync_NodeThatTriesOutIsBehind_IsGivenAWhile()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));
        (bench.Node.SimulationLag, bench.WaitsForPreparation) = (6, false);

        await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("b")));

        Assert.Equal(1, bench.Node.Effects("b"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_ForkTakesAConfirmedTransaction_TheSameBytesComeBack(bool keepsTransactions)
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a")));
        bench.Node.ForkBelow(receipt.Signature, 0, keepsTransactions);
        Assert.Equal(0, bench.Node.Effects("a"));
        await bench.PollUntilAsync(() => bench.Node.Effects("a") == 1);

        Assert.Equal(receipt.Signature, Assert.Single(bench.Node.Landed).Id);
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_ForkTakesItAndItsBlockhash_IsSignedAnewAlsoAfterItWasTold()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));

        // Deeper than the blockhash: the bytes can never land on the new branch.
        bench.Node.ForkBelow(receipt.Signature, 5, keepsTransactions: false);
        await bench.PollUntilAsync(() => bench.Node.Effects("a") == 1);

        Assert.NotEqual(receipt.Signature, Assert.Single(bench.Node.Landed).Id);
        Assert.Equal(1, bench.Node.Effects("a"));
        var again = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
        Assert.Equal(Assert.Single(bench.Node.Landed).Id, again.Signature);
    }

    [Fact]
    public async Task SendAsync_FailureWasToldAndAForkTakesIt_IsNotSentAgain()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.Refuses, b.Node.SimulatesEverything) = (_ => FakeSolanaNode.Custom(0, 1), true));
        await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a"))));
        int received = bench.Node.Received;

        bench.Node.Refuses = _ => null;
        bench.Node.DropPool();
        bench.Node.ForkBelow(Assert.Single(bench.Node.Landed).Id, 0, keepsTransactions: false);
        await bench.PollAsync(60, () => bench.Node.Advance());

        Assert.Equal((0, received), (bench.Node.Effects("a"), bench.Node.Received));
    }

    [Fact]
    public async Task SendAsync_NodeHasNoHistoryButRemembersLongEnough_IsSignedAnew()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => (b.Node.TakesTransactions, b.Node.HasHistory) = (false, false));
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);

        await bench.PollAsync(190, () => bench.Node.Advance());
        bench.Node.TakesTransactions = true;
        await bench.DriveAsync(sending);

        Assert.Equal((2, 1), (bench.Node.ReceivedTimes.Count, bench.Node.Effects("a")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_NodeHasForgottenTheTime_SaysSoAndSignsNothing(bool hasHistory)
    {
        var folder = Directory.CreateTempSubdirectory("depin-outbox-");
        try
        {
            await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.JournalPath = Path.Combine(folder.FullName, "outbox.db"));
            var first = bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"));
            await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);
            await bench.Sender.DisposeAsync();
            await Assert.ThrowsAsync<SolanaSendException>(() => first);

            // It lands while the sender is away for long.
            bench.Node.Advance(2_000);
            (bench.Node.HasHistory, bench.Node.FirstAvailableSlot) = (hasHistory, 1_500);
            await bench.ReopenAsync();
            var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key"))));
            Assert.Equal((SolanaSendError.Unknown, true, false), (error.Error, error.MayHaveBeenBroadcast, error.IsTransient));

            // Another node remembers.
            (bench.Node.HasHistory, bench.Node.FirstAvailableSlot) = (true, 0);
            await bench.ReopenAsync();
            var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a", "key")));
            Assert.Equal(error.TransactionId, receipt.Signature.ToString());
            Assert.Single(bench.Node.ReceivedTimes);
            Assert.Equal(1, bench.Node.Effects("a"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task SendAsync_NodeRefusesTheBytesForGood_SaysSoWhenTheyAreDead()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        await bench.ReopenAsync(new RefusingNode(bench.Node));

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(SolanaSenderBench.Request("a"))));

        Assert.Equal((SolanaSendError.Refused, false), (error.Error, error.MayHaveBeenBroadcast));
        Assert.Contains("not today", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendAsync_DurableNonce_DoesNotExpireByHeight()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.TakesTransactions = false);
        var nonce = Nonce(bench);
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a") with { Nonce = nonce });
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);

        await bench.PollAsync(500, () => bench.Node.Advance());
        bench.Node.TakesTransactions = true;
        await bench.DriveAsync(sending);

        Assert.Single(bench.Node.ReceivedTimes);
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_DurableNonceIsUsedByAnother_IsSignedAnewForTheNext()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Node.TakesTransactions = false);
        var nonce = Nonce(bench);
        var sending = bench.Sender.SendAsync(SolanaSenderBench.Request("a") with { Nonce = nonce });
        await Eventually.HoldsAsync(() => bench.Node.Received == 1);

        bench.Node.Advance();
        bench.Node.AdvanceNonce(nonce.Account);
        await bench.PollAsync(30, () => bench.Node.Advance());
        Assert.Single(bench.Node.ReceivedTimes);
        bench.Node.TakesTransactions = true;
        await bench.DriveAsync(sending);

        Assert.Equal(2, bench.Node.ReceivedTimes.Count);
        Assert.Equal(1, bench.Node.Effects("a"));
    }

    [Fact]
    public async Task SendAsync_ManyOnOneDurableNonce_AllTakeEffectOnce()
    {
        await using var bench = await SolanaSenderBench.OpenAsync(b => b.Options.MaxAttempts = 100);
        var nonce = Nonce(bench);

        await bench.DriveAsync(Task.WhenAll(Enumerable.Range(0, 5).Select(i => bench.Sender.SendAsync(SolanaSenderBench.Request($"{i}") with { Nonce = nonce }))));

        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(1, bench.Node.Effects($"{i}")));
    }

    [Fact]
    public async Task SendAsync_NonceAccountIsNone_IsRefused()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var nonce = Nonce(bench);
        using var other = Ed25519Signer.Create();
        var stranger = new SolanaAddress(other.PublicKey.Bytes.Span);

        foreach (var wrong in new[] { nonce with { Account = stranger }, nonce with { Authority = stranger } })
        {
            var request = SolanaSenderBench.Request("a") with { Nonce = wrong, Signers = [other] };
            Assert.Equal(SolanaSendError.Refused, (await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(bench.Sender.SendAsync(request), () => { }))).Error);
        }

        Assert.Equal(0, bench.Node.Received);
    }

    [Fact]
    public async Task SendAsync_JournalFails_StopsTheSender()
    {
        await using var bench = await SolanaSenderBench.OpenAsync();
        var broken = new ScriptedSigner(bench.Signer.PublicKey, message => bench.Signer.SignAsync(message));
        await bench.ReopenAsync(signer: broken);
        var first = bench.Sender.SendAsync(SolanaSenderBench.Request("a"));
        await Eventually.HoldsAsync(() => bench.Node.Pooled == 1);

        // The node's answer makes the loop fail, as a broken journal would.
        bench.Node.Breaks = method => method == "statuses" ? throw new InvalidOperationException("broken") : null;
        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.DriveAsync(first));

        Assert.Equal((SolanaSendError.JournalFailed, true), (error.Error, error.MayHaveBeenBroadcast));
        var later = await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(SolanaSenderBench.Request("b")).WaitAsync(RealLimit));
        Assert.Equal(SolanaSendError.JournalFailed, later.Error);
    }

    private static SolanaDurableNonce Nonce(SolanaSenderBench bench)
    {
        using var key = Ed25519Signer.Create();
        var nonce = new SolanaDurableNonce(new SolanaAddress(key.PublicKey.Bytes.Span), bench.FeePayer);
        bench.Node.CreateNonce(nonce.Account, nonce.Authority);
        bench.Node.Advance(40);
        return nonce;
    }
}
