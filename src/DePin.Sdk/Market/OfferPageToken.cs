using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>
/// Where a page ended: the output price and the number of its last listing. Pages follow a key, not a count, so a listing that comes or goes between two
/// pages shifts nothing. The token carries four bytes of the query's hash, so that it does not continue another query.
/// </summary>
internal readonly record struct OfferPageToken(UInt128 OutputPrice, long Listing) : IComparable<OfferPageToken>
{
    private const byte Version = 1;
    private const int Length = 1 + 16 + 8 + 4;

    public int CompareTo(OfferPageToken other) => OutputPrice.CompareTo(other.OutputPrice) is var order and not 0 ? order : Listing.CompareTo(other.Listing);

    public string Encode(OfferQuery query)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt128BigEndian(bytes[1..], OutputPrice);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], Listing);
        HashOf(query, bytes[25..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidRequest"/>: the token is not from a page of this query.</exception>
    public static OfferPageToken Decode(string token, OfferQuery query)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> hash = stackalloc byte[4];
        if (token.Length == Base64Url.GetEncodedLength(Length)
            && Base64Url.DecodeFromChars(token, bytes, out int read, out int written) == OperationStatus.Done
            && read == token.Length
            && written == Length
            && bytes[0] == Version)
        {
            HashOf(query, hash);
            var decoded = new OfferPageToken(BinaryPrimitives.ReadUInt128BigEndian(bytes[1..]), BinaryPrimitives.ReadInt64BigEndian(bytes[17..]));
            if (hash.SequenceEqual(bytes[25..]) && decoded.Listing >= 0)
            {
                return decoded;
            }
        }

        throw new DePinException(DePinErrorCode.InvalidRequest, Fault.Consumer, $"'{CaipText.Shorten(token)}' is not a page token of this query; start again without one.");
    }

    private static void HashOf(OfferQuery query, Span<byte> destination)
    {
        var writer = new CanonicalWriter("depin.page.v1").Write(query.Kind).Write(query.Model).Write(query.Region).Write(query.Capabilities.Count);
        foreach (var capability in query.Capabilities)
        {
            writer.Write(capability);
        }

        if (query.MaxPricePerMillionOutputTokens is { } max)
        {
            writer.Write(max);
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(writer.Written.Span, hash);
        hash[..destination.Length].CopyTo(destination);
    }
}
