using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>A sequence to begin from, and how much of it.</summary>
/// <param name="Entry">The cache's entry; null when the source is a running sequence, or there is none.</param>
/// <param name="Source">The sequence to fork.</param>
/// <param name="Length">How many of its tokens; 0 for none.</param>
internal readonly record struct PrefixMatch(CachedPrefix? Entry, SequenceHandle Source, int Length);
