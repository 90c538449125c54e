using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Requests that may share cached beginnings: the same adapter, whose state differs, and the same key of their caller.</summary>
internal readonly record struct PrefixPartition(LoraAdapter? Adapter, string? Key);
