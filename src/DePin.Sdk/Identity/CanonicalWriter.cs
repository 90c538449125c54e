using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace DePin.Sdk.Identity;

/// <summary>
/// Writes the one byte encoding that everything signed uses: a domain tag, then fields in a fixed order. Integers are
/// big-endian and of fixed width; bytes and UTF-8 text carry a 32-bit length. Two different values never encode alike.
/// </summary>
/// <remarks>There is no reader: values travel as protobuf, and a verifier encodes them again.</remarks>
public sealed class CanonicalWriter
{
    // Strict: replacing unpaired surrogates would let two different texts encode alike.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    /// <summary>Starts a message.</summary>
    /// <param name="domain">What is being signed and its version, for example <c>depin.receipt.v2</c>; it keeps a signature for one purpose from serving another.</param>
    public CanonicalWriter(string domain) => Write(domain);

    /// <summary>The bytes written so far; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    /// <summary>Text, as UTF-8 with its length in bytes before it. Null is written as empty.</summary>
    /// <exception cref="ArgumentException">The text has an unpaired surrogate.</exception>
    public CanonicalWriter Write(string? text)
    {
        text ??= string.Empty;
        int length = Utf8.GetByteCount(text);
        var span = _buffer.GetSpan(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        Utf8.GetBytes(text, span[4..]);
        _buffer.Advance(4 + length);
        return this;
    }

    /// <summary>Bytes, with their length before them.</summary>
    public CanonicalWriter Write(ReadOnlySpan<byte> bytes)
    {
        var span = _buffer.GetSpan(4 + bytes.Length);
        BinaryPrimitives.WriteInt32BigEndian(span, bytes.Length);
        bytes.CopyTo(span[4..]);
        _buffer.Advance(4 + bytes.Length);
        return this;
    }

    /// <summary>A 64-bit integer, two's complement.</summary>
    public CanonicalWriter Write(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    /// <summary>A 128-bit unsigned integer.</summary>
    public CanonicalWriter Write(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(_buffer.GetSpan(16), value);
        _buffer.Advance(16);
        return this;
    }

    /// <summary>An amount: its base units, then its asset.</summary>
    public CanonicalWriter Write(Amount amount) => Write(amount.BaseUnits).Write(amount.Asset.ToString());

    /// <summary>A key: its algorithm, then its bytes.</summary>
    public CanonicalWriter Write(PublicKey key) => Write(key.Algorithm.Name).Write(key.Bytes.Span);

    /// <summary>An instant, as milliseconds since 1970 in UTC; what is finer is dropped. Null is the smallest integer.</summary>
    public CanonicalWriter Write(DateTimeOffset? instant) => Write(instant?.ToUnixTimeMilliseconds() ?? long.MinValue);

    /// <summary>The message as an array of its own.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
