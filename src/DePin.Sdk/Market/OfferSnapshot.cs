using System.Collections;
using System.Collections.Concurrent;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>The offers of one reading, and which of their providers turned out not to have signed them.</summary>
internal sealed record OfferSnapshot(OfferSet Offers, long ReadAt)
{
    public ConcurrentDictionary<PublicKey, byte> Dropped { get; } = new();
}

/// <summary>What a request excludes and what a snapshot dropped, as one collection that copies neither.</summary>
internal sealed class ExcludedProviders(IReadOnlyCollection<PublicKey> excluded, ConcurrentDictionary<PublicKey, byte> dropped) : ICollection<PublicKey>, IReadOnlyCollection<PublicKey>
{
    public int Count => excluded.Count + dropped.Count;

    public bool IsReadOnly => true;

    public bool Contains(PublicKey item) => dropped.ContainsKey(item) || excluded.Contains(item);

    public IEnumerator<PublicKey> GetEnumerator() => excluded.Concat(dropped.Select(d => d.Key)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void CopyTo(PublicKey[] array, int arrayIndex)
    {
        foreach (var key in this)
        {
            array[arrayIndex++] = key;
        }
    }

    public void Add(PublicKey item) => throw new NotSupportedException();

    public bool Remove(PublicKey item) => throw new NotSupportedException();

    public void Clear() => throw new NotSupportedException();
}
