using DePin.Sdk.Market;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>A page that fills up. It is full when one more offer is there than it may hold, which says that another page follows.</summary>
internal sealed class ListingPage(int size)
{
    /// <summary>A page ends here even if it holds fewer offers than asked for: the client takes messages of 4 MiB.</summary>
    private const int MaxBytes = 2 * 1024 * 1024;

    private int _bytes;

    public List<OfferMessage> Offers { get; } = [];

    public OfferPageToken Last { get; private set; }

    public int Room => size - Offers.Count;

    public bool IsFull { get; private set; }

    public void Add(byte[] message, OfferPageToken key)
    {
        if (Room == 0 || _bytes > MaxBytes)
        {
            IsFull = true;
            return;
        }

        _bytes += message.Length;
        Offers.Add(OfferMessage.Parser.ParseFrom(message));
        Last = key;
    }
}
