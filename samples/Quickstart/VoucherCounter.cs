using System.Diagnostics.Metrics;
using DePin.Sdk.Diagnostics;

namespace Quickstart;

/// <summary>How many vouchers the players signed: what their accounts would have had to send without channels.</summary>
internal sealed class VoucherCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _signed;

    public VoucherCounter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == DePinTelemetry.Name && instrument.Name == "depin.vouchers.signed")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref _signed, count));
        _listener.Start();
    }

    public long Signed => Interlocked.Read(ref _signed);

    public void Dispose() => _listener.Dispose();
}
