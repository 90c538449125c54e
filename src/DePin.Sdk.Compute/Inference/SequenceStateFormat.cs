using System.Buffers.Binary;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.Inference;

/// <summary>The saved form of a sequence's keys and values: a header of 40 bytes, then the pages.</summary>
/// <remarks>Positions behind the sequence's end are written as zeros, so that nothing of another sequence gets into a file.</remarks>
internal sealed unsafe class SequenceStateFormat(ModelConfig config, KeyValuePool pool)
{
    private const uint Magic = 0x564B5044; // "DPKV"
    private const int Version = 1;
    private const int HeaderInts = 10;

    public void Write(SequenceState state, Stream destination)
    {
        Span<byte> header = stackalloc byte[HeaderInts * sizeof(int)];
        WriteHeader(header, state.Length);
        destination.Write(header);
        var copy = new KeyValuePage(pool.PageBytes);
        try
        {
            for (int i = 0; i < KeyValuePool.PagesFor(state.Length); i++)
            {
                pool.Copy(state.Pages[i], copy, Math.Min(KeyValuePool.PageTokens, state.Length - (i * KeyValuePool.PageTokens)));
                for (long at = 0; at < pool.PageBytes; at += pool.Head.PageBytes)
                {
                    destination.Write(new ReadOnlySpan<byte>(copy.Pointer + at, pool.Head.PageBytes));
                }
            }
        }
        finally
        {
            copy.Dispose();
        }
    }

    public void Read(SequenceState state, Stream source)
    {
        Span<byte> header = stackalloc byte[HeaderInts * sizeof(int)];
        Span<byte> expected = stackalloc byte[HeaderInts * sizeof(int)];
        try
        {
            source.ReadExactly(header);
            int length = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
            WriteHeader(expected, length);
            if (!header.SequenceEqual(expected))
            {
                throw new ModelFormatException("The saved state is not one of this model and this kind of runner.", 0, null);
            }

            if (length < 0 || length > state.MaxTokens)
            {
                throw new ModelFormatException($"The saved state holds {length} tokens; there is room for {state.MaxTokens}.", 8, null);
            }

            for (int left = length; left > 0; left -= KeyValuePool.PageTokens)
            {
                var page = state.AppendPage(Math.Min(left, KeyValuePool.PageTokens));
                for (long at = 0; at < pool.PageBytes; at += pool.Head.PageBytes)
                {
                    source.ReadExactly(new Span<byte>(page.Pointer + at, pool.Head.PageBytes));
                }
            }
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException("The saved state ends too early.", -1, null, e);
        }
    }

    private void WriteHeader(Span<byte> header, int length)
    {
        ReadOnlySpan<int> numbers =
        [
            unchecked((int)Magic), Version, length, KeyValuePool.PageTokens, pool.Head.PageBytes,
            config.BlockCount, config.KeyValueHeadCount, config.HeadLength, config.EmbeddingLength, config.VocabularySize,
        ];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[(i * sizeof(int))..], numbers[i]);
        }
    }
}
