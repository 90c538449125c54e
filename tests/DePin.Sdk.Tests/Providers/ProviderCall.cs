using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Settlement;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Tests.Providers;

/// <summary>One job's stream from the consumer's side, with everything that came down it.</summary>
internal sealed class ProviderCall(IDuplexCall<ConsumerFrame, ProviderFrame> stream, ProviderHarness harness, Channel? channel) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private ulong _paid;

    public List<JobAccepted> Accepted { get; } = [];

    public List<JobDelta> Deltas { get; } = [];

    public List<byte[]> Outputs { get; } = [];

    public JobReceipt? Receipt { get; private set; }

    public string Text => string.Concat(Outputs.Select(output => ChatDeltaCodec.Decode(output).Text));

    public UInt128 Due => Deltas.Count == 0 ? 0 : WireConvert.FromWire(Deltas[^1].AmountDue);

    public Task SendAsync(ConsumerFrame frame) => stream.WriteAsync(frame).AsTask().WaitAsync(Patience);

    public Task CancelAsync() => SendAsync(new ConsumerFrame { Cancel = new JobCancel() });

    public async Task PayAsync(ulong cumulative, P256Signer? signer = null)
    {
        _paid = cumulative;
        await SendAsync(new ConsumerFrame { Voucher = WireConvert.ToWire(await harness.SignAsync(channel!, cumulative, signer)) });
    }

    /// <summary>The next frame; null at the end of the stream.</summary>
    public async Task<ProviderFrame?> ReadAsync()
    {
        var frame = await stream.ReadAsync().AsTask().WaitAsync(Patience);
        switch (frame?.FrameCase)
        {
            case ProviderFrame.FrameOneofCase.Accepted:
                Accepted.Add(frame.Accepted);
                break;
            case ProviderFrame.FrameOneofCase.Delta:
                Deltas.Add(frame.Delta);
                Outputs.AddRange(frame.Delta.Outputs.Select(output => output.ToByteArray()));
                break;
            case ProviderFrame.FrameOneofCase.Receipt:
                Receipt = WireConvert.FromWire(frame.Receipt);
                break;
        }

        return frame;
    }

    public async Task ReadUntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Assert.NotNull(await ReadAsync());
        }
    }

    /// <summary>Reads to the receipt, ends this side, and reads to the end of the stream.</summary>
    public async Task<JobReceipt> FinishAsync()
    {
        await ReadUntilAsync(() => Receipt is not null);
        await stream.CompleteWritesAsync();
        Assert.Null(await ReadAsync());
        return Receipt!;
    }

    /// <summary>Like <see cref="FinishAsync"/>, paying whatever is due as soon as it is due.</summary>
    public async Task<JobReceipt> FinishPayingAsync(ulong alreadyPaid = 0)
    {
        _paid = Math.Max(_paid, alreadyPaid);
        while (Receipt is null)
        {
            Assert.NotNull(await ReadAsync());
            if ((ulong)Due + alreadyPaid > _paid)
            {
                await PayAsync((ulong)Due + alreadyPaid);
            }
        }

        return await FinishAsync();
    }

    /// <summary>The error with which the stream ends.</summary>
    public async Task<TException> FailAsync<TException>()
        where TException : Exception
    {
        return await Assert.ThrowsAnyAsync<TException>(async () =>
        {
            while (await ReadAsync() is not null)
            {
            }
        });
    }

    public async Task<DePinException> FailAsync(DePinErrorCode code)
    {
        var failure = await FailAsync<DePinException>();
        Assert.Equal(code, failure.Code);
        return failure;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
