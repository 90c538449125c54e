using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>A sequence that is kept because another one may begin with the same tokens.</summary>
internal sealed class CachedPrefix(PrefixNode node, PrefixPartition partition, SequenceHandle handle, int length)
{
    /// <summary>Where its tokens end in the tree.</summary>
    public PrefixNode Node { get; set; } = node;

    public PrefixPartition Partition { get; } = partition;

    public SequenceHandle Handle { get; } = handle;

    public int Length { get; } = length;

    /// <summary>How many want it kept whatever the limits.</summary>
    public int Pins { get; set; }

    /// <summary>When it was last of use, in uses of the cache.</summary>
    public long LastUse { get; set; }
}
