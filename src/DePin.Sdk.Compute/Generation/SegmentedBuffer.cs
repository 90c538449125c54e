using System.Buffers;

namespace DePin.Sdk.Compute.Generation;

/// <summary>Bytes in memory in pieces, so that neither growing nor the size limit of arrays matters. First written, then read.</summary>
internal sealed class SegmentedBuffer : Stream
{
    private const int SegmentBytes = 1 << 20;

    private readonly List<byte[]> _segments = [];
    private long _length;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, _length);
            _position = value;
        }
    }

    /// <summary>The written bytes, piece by piece.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Segments
    {
        get
        {
            for (int i = 0; i < _segments.Count; i++)
            {
                yield return _segments[i].AsMemory(0, (int)Math.Min(SegmentBytes, _length - ((long)i * SegmentBytes)));
            }
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var room = RoomAtEnd().Span;
            int count = Math.Min(room.Length, buffer.Length);
            buffer[..count].CopyTo(room);
            _length += count;
            buffer = buffer[count..];
        }
    }

    /// <summary>Takes so many bytes out of a stream; no more memory is taken than the stream has bytes for.</summary>
    /// <exception cref="EndOfStreamException">The stream has fewer.</exception>
    public async Task AppendAsync(Stream source, long count, CancellationToken cancellationToken)
    {
        while (count > 0)
        {
            var room = RoomAtEnd();
            room = room[..(int)Math.Min(room.Length, count)];
            await source.ReadExactlyAsync(room, cancellationToken).ConfigureAwait(false);
            _length += room.Length;
            count -= room.Length;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int total = 0;
        while (!buffer.IsEmpty && _position < _length)
        {
            int offset = (int)(_position % SegmentBytes);
            int count = (int)Math.Min(Math.Min(SegmentBytes - offset, _length - _position), buffer.Length);
            _segments[(int)(_position / SegmentBytes)].AsSpan(offset, count).CopyTo(buffer);
            buffer = buffer[count..];
            _position += count;
            total += count;
        }

        return total;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = offset + (origin == SeekOrigin.Begin ? 0 : origin == SeekOrigin.Current ? _position : _length);

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach (byte[] segment in _segments)
        {
            ArrayPool<byte>.Shared.Return(segment);
        }

        _segments.Clear();
        _length = 0;
        _position = 0;
        base.Dispose(disposing);
    }

    private Memory<byte> RoomAtEnd()
    {
        int used = (int)(_length % SegmentBytes);
        if (used == 0 && _length / SegmentBytes == _segments.Count)
        {
            _segments.Add(ArrayPool<byte>.Shared.Rent(SegmentBytes));
        }

        return _segments[^1].AsMemory(used, SegmentBytes - used);
    }
}
