namespace DePin.Sdk.Jobs;

/// <summary>One step of a running job.</summary>
/// <param name="Output">A protobuf message of the kind; empty when only the usage moved.</param>
/// <param name="Usage">Cumulative usage after this output.</param>
public readonly record struct JobUpdate(ReadOnlyMemory<byte> Output, JobUsage Usage);
