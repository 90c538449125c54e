using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.IntegrationTests.Solana.Sending;

/// <summary>Sending on a real chain.</summary>
public sealed class SolanaSenderSurfpoolTests
{
    [SurfpoolFact]
    public async Task SendAsync_Payments_EachTakesEffectOnceAndIsRead()
    {
        await using var bench = await SenderOnSurfpool.StartAsync();

        var receipt = await bench.SendAsync(0);
        var others = await Task.WhenAll(Enumerable.Range(1, 60).Select(bench.SendAsync));
        var again = await bench.SendAsync(0);

        Assert.Equal(receipt, again);
        Assert.Equal(60, others.Select(other => other.Signature).Distinct().Count());
        await bench.CheckBooksAsync(Enumerable.Range(0, 61));
        var record = await bench.Sender.GetTransactionAsync(receipt, bench.Stop);
        Assert.Equal((receipt.Slot, null), (record.Slot, record.Error));
        Assert.Contains(record.LogMessages, line => line.Contains("payment 0", StringComparison.Ordinal));
        Assert.InRange(record.ComputeUnitsConsumed!.Value, 1UL, 50_000UL);
    }

    [SurfpoolFact]
    public async Task SendAsync_ManySendersAtOnce_DoNotDisturbEachOther()
    {
        await using var bench = await SenderOnSurfpool.StartAsync();
        var paid = await Task.WhenAll(Enumerable.Range(2, 5).Select(async account =>
        {
            using var signer = SurfpoolFixture.SignerOf(bench.Node.Accounts[account]);
            await using var sender = await SolanaSender.OpenAsync(bench.Client, signer, new SolanaSenderOptions { PollInterval = TimeSpan.FromMilliseconds(50) }, cancellationToken: bench.Stop);
            var ids = Enumerable.Range(account * 20, 20).ToList();
            await Task.WhenAll(ids.Select(id => sender.SendAsync(
                new SolanaTransactionRequest { Instructions = [SystemProgram.Transfer(sender.FeePayer, bench.Payee, SenderOnSurfpool.AmountOf(id))] },
                bench.Stop)));
            return ids;
        }));

        await bench.CheckBooksAsync(paid.SelectMany(ids => ids));
    }

    [SurfpoolFact]
    public async Task SendAsync_WouldFail_CostsNothingAndSaysWhy()
    {
        await using var bench = await SenderOnSurfpool.StartAsync();
        ulong before = await bench.Client.GetBalanceAsync(bench.FeePayer, cancellationToken: bench.Stop);
        var tooMuch = new SolanaTransactionRequest { Instructions = [MemoProgram.Memo("first"), SystemProgram.Transfer(bench.FeePayer, bench.Payee, before * 2)] };

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(tooMuch, bench.Stop));

        Assert.Equal((SolanaSendError.Refused, false), (error.Error, error.MayHaveBeenBroadcast));
        Assert.Equal((1, 1U), (error.TransactionError!.Instruction!.InstructionIndex, error.TransactionError.CustomCode!.Value)); // SystemError::ResultWithNegativeLamports
        Assert.Contains(error.Logs, line => line.Contains("insufficient lamports", StringComparison.Ordinal));
        Assert.Equal(before, await bench.Client.GetBalanceAsync(bench.FeePayer, cancellationToken: bench.Stop));
    }

    [SurfpoolFact]
    public async Task SendAsync_FeePayerHasNothing_SaysSo()
    {
        await using var bench = await SenderOnSurfpool.StartAsync();
        using var poor = Ed25519Signer.Create();
        await using var sender = await SolanaSender.OpenAsync(bench.Client, poor, cancellationToken: bench.Stop);

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => sender.SendAsync(new SolanaTransactionRequest { Instructions = [MemoProgram.Memo("a")] }, bench.Stop));

        Assert.Equal((SolanaSendError.InsufficientFunds, false), (error.Error, error.MayHaveBeenBroadcast));
    }

    [SurfpoolFact]
    public async Task SendAsync_FailsOnTheChain_SaysWhyAndTheFeeIsGone()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(b => b.Options.Simulate = false);
        ulong before = await bench.Client.GetBalanceAsync(bench.FeePayer, cancellationToken: bench.Stop);
        var tooMuch = new SolanaTransactionRequest { Instructions = [SystemProgram.Transfer(bench.FeePayer, bench.Payee, before * 2)], ComputeUnitLimit = 10_000, Key = "too much" };

        var error = await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(tooMuch, bench.Stop));
        Assert.Equal((SolanaSendError.Failed, 1U), (error.Error, error.TransactionError!.CustomCode!.Value));
        await bench.ReopenAsync();
        var again = await Assert.ThrowsAsync<SolanaSendException>(() => bench.Sender.SendAsync(tooMuch, bench.Stop));

        Assert.Equal((SolanaSendError.Failed, error.TransactionId, 1U), (again.Error, again.TransactionId, again.TransactionError!.CustomCode!.Value));
        Assert.Equal(before - 5_000, await bench.Client.GetBalanceAsync(bench.FeePayer, cancellationToken: bench.Stop));
    }

    [SurfpoolFact]
    public async Task SendAsync_OtherSignersAndFinalized_IsPaidByTheFeePayer()
    {
        await using var bench = await SenderOnSurfpool.StartAsync(b => b.Options.Commitment = SolanaCommitment.Finalized);
        using var payer = SurfpoolFixture.SignerOf(bench.Node.Accounts[2]);
        var from = new SolanaAddress(payer.PublicKey.Bytes.Span);
        ulong before = await bench.Client.GetBalanceAsync(from, cancellationToken: bench.Stop);

        await bench.Sender.SendAsync(new SolanaTransactionRequest { Instructions = [SystemProgram.Transfer(from, bench.Payee, 1_007)], Signers = [payer] }, bench.Stop);

        await bench.CheckBooksAsync([7]);
        Assert.Equal(before - 1_007, await bench.Client.GetBalanceAsync(from, cancellationToken: bench.Stop));
    }

    [SurfpoolFact]
    public async Task SendAsync_OverAWebSocket_HearsOfItBeforeItWouldAsk()
    {
        await using var node = new WebSocketHolder();
        await using var bench = await SenderOnSurfpool.StartAsync(b =>
        {
            b.Options.Notifications = node.Open(b.Node.WebSocketUrl);
            b.Options.PollInterval = TimeSpan.FromMinutes(2);
        });

        await bench.SendAsync(1).WaitAsync(TimeSpan.FromMinutes(1), bench.Stop);

        await bench.CheckBooksAsync([1]);
    }

    [SurfpoolFact]
    public async Task SendAsync_DurableNonce_OutlivesBlockhashes()
    {
        await using var bench = await SenderOnSurfpool.StartAsync();
        using var key = Ed25519Signer.Create();
        var nonce = new SolanaAddress(key.PublicKey.Bytes.Span);
        ulong rent = await bench.Client.GetMinimumBalanceForRentExemptionAsync(NonceAccount.SizeInBytes, cancellationToken: bench.Stop);
        await bench.Sender.SendAsync(
            new SolanaTransactionRequest
            {
                Instructions =
                [
                    SystemProgram.CreateAccount(bench.FeePayer, nonce, rent, NonceAccount.SizeInBytes, SystemProgram.ProgramId),
                    SystemProgram.InitializeNonce(nonce, bench.FeePayer),
                ],
                Signers = [key],
            },
            bench.Stop);
        await bench.Node.AdvanceBlocksAsync(2, bench.Stop);
        bool isLost = true;
        await bench.ReopenAsync(new LossyTransport(bench.Transport, requests => isLost && LossyTransport.Sends(requests), _ => false));

        var sending = bench.Sender.SendAsync(bench.Pay(3) with { Nonce = new SolanaDurableNonce(nonce, bench.FeePayer) }, bench.Stop);
        await Task.Delay(TimeSpan.FromMilliseconds(500), bench.Stop);
        await bench.Node.AdvanceBlocksAsync(200, bench.Stop);
        await Task.Delay(TimeSpan.FromMilliseconds(500), bench.Stop);
        isLost = false;
        var receipt = await sending;
        var next = await bench.Sender.SendAsync(bench.Pay(4) with { Nonce = new SolanaDurableNonce(nonce, bench.FeePayer) }, bench.Stop);

        await bench.CheckBooksAsync([3, 4]);
        var first = SolanaTransaction.Deserialize((await bench.Sender.GetTransactionAsync(receipt, bench.Stop)).Transaction.Span).Message;
        var second = SolanaTransaction.Deserialize((await bench.Sender.GetTransactionAsync(next, bench.Stop)).Transaction.Span).Message;
        Assert.Equal((nonce, nonce), (first.NonceAccount!.Value, second.NonceAccount!.Value));
        Assert.NotEqual(first.RecentBlockhash, second.RecentBlockhash);
    }

    private sealed class WebSocketHolder : IAsyncDisposable
    {
        private WebSocketJsonRpcTransport? _transport;

        public WebSocketJsonRpcTransport Open(Uri url) => _transport = new WebSocketJsonRpcTransport(url);

        public async ValueTask DisposeAsync()
        {
            if (_transport is not null)
            {
                await _transport.DisposeAsync();
            }
        }
    }
}
