using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>What a provider signs to renew a listing or take it down.</summary>
internal static class ListingProof
{
    /// <summary>So many offers one heartbeat renews at most.</summary>
    public const int MaxHeartbeatOffers = 1000;

    public static byte[] Heartbeat(DateTimeOffset sentAt, IReadOnlyList<OfferId> offers)
    {
        var writer = new CanonicalWriter("depin.heartbeat.v1").Write((DateTimeOffset?)sentAt).Write(offers.Count);
        foreach (var offer in offers)
        {
            writer.Write(offer.Bytes.Span);
        }

        return writer.ToArray();
    }

    public static byte[] Withdraw(DateTimeOffset sentAt, OfferId offer) =>
        new CanonicalWriter("depin.withdraw.v1").Write((DateTimeOffset?)sentAt).Write(offer.Bytes.Span).ToArray();
}
