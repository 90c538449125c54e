using System.Buffers.Binary;
using System.Text;

namespace DePin.Sdk.Compute.Gguf;

/// <summary>Reads forward through the bytes of a file; every access goes through <see cref="Take"/>, which checks the bounds.</summary>
internal unsafe ref struct GgufCursor
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private readonly byte* _data;
    private readonly long _length;

    public GgufCursor(byte* data, long length, long position = 0)
    {
        _data = data;
        _length = length;
        Position = position;
    }

    /// <summary>The key or tensor being read, for messages.</summary>
    public string? Subject { get; set; }

    public long Position { get; private set; }

    public readonly long Remaining => _length - Position;

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Reads a count of things that take at least <paramref name="minimumBytes"/> each, and checks that they can be there.</summary>
    public long ReadCount(string what, int minimumBytes)
    {
        long at = Position;
        ulong count = ReadUInt64();
        if (count > (ulong)(Remaining / minimumBytes))
        {
            throw Error($"The file claims {count} {what}, but only {Remaining} bytes follow.", at);
        }

        return (long)count;
    }

    public void SkipString()
    {
        long at = Position;
        var bytes = Take(ReadCount("bytes of text", 1));
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            throw Error("The text is not valid UTF-8.", at);
        }
    }

    public string ReadString(int maximumBytes = int.MaxValue)
    {
        long at = Position;
        long count = ReadCount("bytes of text", 1);
        if (count > maximumBytes)
        {
            throw Error($"The text is {count} bytes long; at most {maximumBytes} are allowed here.", at);
        }

        try
        {
            return StrictUtf8.GetString(Take(count));
        }
        catch (DecoderFallbackException e)
        {
            throw Error("The text is not valid UTF-8.", at, e);
        }
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count > Remaining || count > int.MaxValue)
        {
            throw Error($"The file ends too early: {count} bytes are needed, {Remaining} are left.", Position);
        }

        var span = new ReadOnlySpan<byte>(_data + Position, (int)count);
        Position += count;
        return span;
    }

    public void Skip(long count)
    {
        if (count > Remaining)
        {
            throw Error($"The file ends too early: {count} bytes are needed, {Remaining} are left.", Position);
        }

        Position += count;
    }

    public readonly ModelFormatException Error(string message, long offset, Exception? inner = null) => new(message, offset, Subject, inner);
}
