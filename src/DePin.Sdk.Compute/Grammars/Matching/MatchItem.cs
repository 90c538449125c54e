namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>A state that matching stands in, and where it goes on when the rule of the state ends.</summary>
internal readonly record struct MatchItem(int State, CallContext Context) : IComparable<MatchItem>
{
    public int CompareTo(MatchItem other) => State != other.State ? State.CompareTo(other.State) : Context.Id.CompareTo(other.Context.Id);

    /// <summary>A number that is the same for equal lists.</summary>
    public static int Hash(ReadOnlySpan<MatchItem> items, int seed)
    {
        var hash = new HashCode();
        hash.Add(seed);
        foreach (var item in items)
        {
            hash.Add(item.State);
            hash.Add(item.Context.Id);
        }

        return hash.ToHashCode();
    }

    /// <summary>Sorts a list and takes out what stands in it twice.</summary>
    public static void Normalize(List<MatchItem> items)
    {
        if (items.Count < 2)
        {
            return;
        }

        items.Sort();
        int kept = 1;
        for (int i = 1; i < items.Count; i++)
        {
            if (items[i].CompareTo(items[kept - 1]) != 0)
            {
                items[kept++] = items[i];
            }
        }

        items.RemoveRange(kept, items.Count - kept);
    }
}
