namespace DePin.Sdk.Chains.Solana.Sending.Internal;

/// <summary>What to offer for priority. What a node said is good for a while. Thread-safe.</summary>
internal sealed class PriorityFees(ISenderNode node, SolanaSenderOptions options, TimeProvider time)
{
    private const int MaxRemembered = 256;
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (ulong Price, DateTimeOffset Until)> _known = new(StringComparer.Ordinal);

    /// <summary>The price that recent blocks took for a request's accounts.</summary>
    /// <param name="body">The request.</param>
    /// <param name="feePayer">Who pays.</param>
    /// <param name="earlier">What an expired attempt offered, 0 for none: half as much again is offered then.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ulong> OfferAsync(RequestBody body, SolanaAddress feePayer, ulong earlier, CancellationToken cancellationToken)
    {
        var writable = TransactionDraft.WritableOf(body, feePayer);
        string key = string.Concat(writable);
        var now = time.GetUtcNow();
        ulong market;
        lock (_gate)
        {
            if (_known.TryGetValue(key, out var known) && now < known.Until)
            {
                return Offer(known.Price, earlier, options.MaxComputeUnitPrice);
            }
        }

        market = Percentile(await node.GetRecentPricesAsync(writable, cancellationToken).ConfigureAwait(false), options.PriorityFeePercentile);
        lock (_gate)
        {
            if (_known.Count >= MaxRemembered)
            {
                _known.Clear();
            }

            _known[key] = (market, now + Lifetime);
        }

        return Offer(market, earlier, options.MaxComputeUnitPrice);
    }

    public static ulong Offer(ulong market, ulong earlier, ulong most) => Math.Min(Math.Max(market, earlier > ulong.MaxValue / 3 ? ulong.MaxValue : earlier * 3 / 2), most);

    /// <summary>The price that so many percent of the blocks did not exceed; 0 when there are none.</summary>
    public static ulong Percentile(IReadOnlyList<ulong> prices, int percentile)
    {
        if (prices.Count == 0)
        {
            return 0;
        }

        var sorted = prices.Order().ToArray();
        return sorted[Math.Max(0, (int)Math.Ceiling(percentile / 100.0 * sorted.Length) - 1)];
    }
}
