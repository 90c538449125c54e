using DePin.Sdk.Jobs;
using DePin.Sdk.Wire;
using Google.Protobuf;

namespace DePin.Sdk.Providers.Internal;

/// <summary>Outputs that travel in one frame: those that were ready while the last frame was on its way.</summary>
internal sealed class DeltaBatch
{
    private const int MaxOutputs = 256;
    private const int MaxBytes = 64 * 1024;

    private JobDelta? _delta;
    private int _bytes;

    /// <summary>True when something is to be said: an output, or a usage that moved.</summary>
    public bool HasNews { get; private set; }

    public bool IsFull => _bytes >= MaxBytes || _delta?.Outputs.Count >= MaxOutputs;

    public void Add(ReadOnlyMemory<byte> output)
    {
        HasNews = true;
        if (!output.IsEmpty)
        {
            (_delta ??= new JobDelta()).Outputs.Add(UnsafeByteOperations.UnsafeWrap(output));
            _bytes += output.Length;
        }
    }

    /// <summary>The frame with everything added since the last one.</summary>
    public ProviderFrame Take(JobUsage usage, Amount due)
    {
        var delta = _delta ?? new JobDelta();
        _delta = null;
        _bytes = 0;
        HasNews = false;
        delta.InputTokens = usage.InputTokens;
        delta.OutputTokens = usage.OutputTokens;
        delta.AmountDue = WireConvert.ToWire(due.BaseUnits);
        return new ProviderFrame { Delta = delta };
    }
}
