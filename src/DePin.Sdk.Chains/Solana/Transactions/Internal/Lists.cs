using System.Runtime.InteropServices;

namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Lists as spans: calls through the interface would cost more than the work on the items.</summary>
internal static class Lists
{
    public static ReadOnlySpan<T> AsSpan<T>(IReadOnlyList<T> list) => list switch
    {
        T[] array => array,
        List<T> grown => CollectionsMarshal.AsSpan(grown),
        _ => list.ToArray(),
    };
}
