using System.Buffers.Binary;
using DePin.Sdk.Compute.Models;

namespace DePin.Sdk.Compute.TorchSharp.Internal;

/// <summary>The saved form of a sequence's keys and values: a header of 40 bytes, then the pages with zeros behind the last token.</summary>
internal sealed class TorchStateFormat(ModelConfig config, KeyValueSlab slab, TorchDevice device)
{
    private const uint Magic = 0x544B5044; // "DPKT"
    private const int Version = 1;
    private const int HeaderInts = 10;

    public void Write(TorchSequence sequence, Stream destination)
    {
        Span<byte> header = stackalloc byte[HeaderInts * sizeof(int)];
        WriteHeader(header, sequence.Length);
        destination.Write(header);
        byte[] page = new byte[slab.PageBytes];
        for (int i = 0; i < KeyValueSlab.PagesFor(sequence.Length); i++)
        {
            slab.Read(sequence.Pages[i], Math.Min(KeyValueSlab.PageTokens, sequence.Length - (i * KeyValueSlab.PageTokens)), page);
            destination.Write(page);
        }
    }

    public void Read(TorchSequence sequence, Stream source)
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
                throw new ModelFormatException("The saved state is not one of this model, this kind of runner and this number format.");
            }

            if (length < 0 || length > sequence.MaxTokens)
            {
                throw new ModelFormatException($"The saved state holds {length} tokens; there is room for {sequence.MaxTokens}.");
            }

            byte[] page = new byte[slab.PageBytes];
            for (int left = length; left > 0; left -= KeyValueSlab.PageTokens)
            {
                source.ReadExactly(page);
                slab.Write(sequence.AppendPage(Math.Min(left, KeyValueSlab.PageTokens)), page);
            }
        }
        catch (EndOfStreamException e)
        {
            throw new ModelFormatException("The saved state ends too early.", e);
        }
    }

    private void WriteHeader(Span<byte> header, int length)
    {
        ReadOnlySpan<int> numbers =
        [
            unchecked((int)Magic), Version, length, KeyValueSlab.PageTokens, (int)device.Type,
            config.BlockCount, config.KeyValueHeadCount, config.HeadLength, config.EmbeddingLength, config.VocabularySize,
        ];
        for (int i = 0; i < numbers.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[(i * sizeof(int))..], numbers[i]);
        }
    }
}
