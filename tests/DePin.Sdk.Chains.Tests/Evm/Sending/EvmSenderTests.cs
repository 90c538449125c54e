using System.Numerics;
using DePin.Sdk.Chains.Evm.Sending;
using DePin.Sdk.Chains.Evm.Transactions;

namespace DePin.Sdk.Chains.Tests.Evm.Sending;

public sealed class EvmSenderTests
{
    [Fact]
    public async Task SendAsync_OneTransfer_IsMinedAndReported()
    {
        await using var bench = await SenderBench.OpenAsync();

        var receipt = await bench.DriveAsync(bench.Sender.SendAsync(SenderBench.Request(1)));

        var mined = Assert.Single(bench.Chain.Mined);
        Assert.Equal(mined.Hash, receipt.TransactionHash);
        Assert.True(receipt.Succeeded);
        Assert.Equal(bench.Account, mined.RecoverSender());
        Assert.Equal(EvmTransactionType.DynamicFee, mined.Transaction.Type);
        Assert.Equal(0UL, mined.Transaction.Nonce);
        Assert.Equal(BigInteger.One, bench.Chain.Balance(SenderBench.Payee));
        Assert.Equal((10 * SenderBench.Ether) - 1 - (BigInteger)receipt.Fee, bench.Chain.Balance(bench.Account));
    }

    [Fact]
    public async Task SendAsync_ManyAtOnce_TakeConsecutiveNoncesInFewBatches()
    {
        await using var bench = await SenderBench.OpenAsync(b => b.Options.MaxInFlight = 50);

        await bench.DriveAsync(Task.WhenAll(Enumerable.Range(0, 300).Select(i => Task.Run(() => bench.Sender.SendAsync(SenderBench.Request(i))))));

        Assert.Equal(300, bench.Chain.Mined.Count);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (ulong)i), bench.Chain.Mined.Select(mined => mined.Transaction.Nonce));
        Assert.Equal(300, bench.Chain.Mined.Select(mined => Convert.ToHexString(mined.Transaction.Data.Span)).Distinct().Count());
        Assert.Equal(new BigInteger(300), bench.Chain.Balance(SenderBench.Payee));
        Assert.Equal(300, bench.Chain.Calls.Count(call => call == "eth_sendRawTransaction"));
    }
}
