namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>Segments of the same number of tokens, which attend in one call.</summary>
/// <param name="segments">At least one.</param>
internal sealed class BatchGroup(IReadOnlyList<BatchSegment> segments)
{
    public IReadOnlyList<BatchSegment> Segments => segments;

    /// <summary>Number of sequences.</summary>
    public int Batch => segments.Count;

    /// <summary>Tokens of each.</summary>
    public int Queries => segments[0].Count;

    /// <summary>Tokens of all.</summary>
    public int Tokens => Batch * Queries;

    /// <summary>Pages of the longest.</summary>
    public int Pages { get; } = segments.Max(static s => KeyValueSlab.PagesFor(s.Visible));

    /// <summary>Sorts the tokens of a batch into groups; those with fewer tokens first.</summary>
    /// <param name="segments">The segments of the batch.</param>
    /// <param name="maxKeys">The most keys that one group may gather.</param>
    public static List<BatchGroup> Create(IEnumerable<BatchSegment> segments, int maxKeys)
    {
        List<BatchGroup> groups = [];
        List<BatchSegment> open = [];
        foreach (var segment in segments.OrderBy(static s => s.Count).ThenBy(static s => s.Visible))
        {
            long keys = (open.Count + 1L) * KeyValueSlab.PagesFor(segment.Visible) * KeyValueSlab.PageTokens;
            if (open.Count > 0 && (open[0].Count != segment.Count || keys > maxKeys))
            {
                groups.Add(new BatchGroup([.. open]));
                open.Clear();
            }

            open.Add(segment);
        }

        groups.Add(new BatchGroup([.. open]));
        return groups;
    }
}
