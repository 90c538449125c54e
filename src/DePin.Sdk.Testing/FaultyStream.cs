using System.Diagnostics.CodeAnalysis;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Transport;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Testing;

/// <summary>The provider's end of a job's stream, with its faults on the way out.</summary>
internal sealed class FaultyStream(IDuplexCall<ProviderFrame, ConsumerFrame> inner, ProviderFaults faults, TokenPrice price, Action kill) : IDuplexCall<ProviderFrame, ConsumerFrame>
{
    private int _outputs;
    private bool _silent;

    public async ValueTask WriteAsync(ProviderFrame frame, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(frame);
        int outputs = frame.Delta?.Outputs.Count ?? 0;
        if (_silent || (outputs > 0 && _outputs + outputs > faults.StallAfterOutputs))
        {
            // Frames are taken and never arrive: to the consumer the provider has fallen silent.
            _silent = true;
            return;
        }

        if ((outputs > 0 && _outputs + outputs > faults.KillAfterOutputs) || (frame.Receipt is not null && faults.WithholdReceipts))
        {
            throw Die();
        }

        _outputs += outputs;
        await inner.WriteAsync(Damage(frame), cancellationToken).ConfigureAwait(false);
        if (outputs > 0 && _outputs == faults.KillAfterOutputs)
        {
            throw Die();
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default) => inner.CompleteWritesAsync(cancellationToken);

    public ValueTask<ConsumerFrame?> ReadAsync(CancellationToken cancellationToken = default) => inner.ReadAsync(cancellationToken);

    public bool TryRead([NotNullWhen(true)] out ConsumerFrame? frame) => inner.TryRead(out frame);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private DePinException Die()
    {
        kill();
        return new DePinException(DePinErrorCode.Unavailable, Fault.Provider, "The provider was killed.", isTransient: true);
    }

    private ProviderFrame Damage(ProviderFrame frame)
    {
        if (faults.CorruptOutputs && frame.Delta is { Outputs.Count: > 0 })
        {
            frame = frame.Clone();
            frame.Delta.Outputs[0] = ByteString.CopyFrom(0x0A, 0x02, 0xC3, 0x28); // a text that is not UTF-8
        }

        if (faults.CorruptReceipts && frame.Receipt is not null)
        {
            frame = frame.Clone();
            var signature = frame.Receipt.Signature.Signature.ToByteArray();
            signature[^1] ^= 1;
            frame.Receipt.Signature.Signature = ByteString.CopyFrom(signature);
        }

        if (faults.ExtraOutputTokens != 0 && frame.Delta is not null)
        {
            frame = frame.Clone();
            frame.Delta.OutputTokens += faults.ExtraOutputTokens;
            frame.Delta.AmountDue = WireConvert.ToWire(price.CostOf(new JobUsage(frame.Delta.InputTokens, frame.Delta.OutputTokens)).BaseUnits);
        }

        return faults.Rewrite is { } rewrite ? rewrite(frame.Clone()) : frame;
    }
}
