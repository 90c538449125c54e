using System.Text;

namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Reads values in the form of the contract ABI from outside. Only the layout that Solidity itself writes is accepted: parts behind each other
/// in their order, without gaps, overlaps or dirty padding. So offsets cannot loop, work is linear in the input, and each value has one encoding.</summary>
internal ref struct AbiDecoder
{
    private const int Word = UInt256.SizeInBytes;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> _source;
    private int _next;

    private AbiDecoder(ReadOnlySpan<byte> source) => _source = source;

    /// <summary>Reads a tuple that fills the input from a position on.</summary>
    public static AbiValue[] Decode(AbiType tuple, ReadOnlySpan<byte> source, int start)
    {
        var decoder = new AbiDecoder(source);
        var values = decoder.ReadItems(tuple, tuple.Components.Count, start);
        return decoder._next == source.Length ? values : throw new EvmFormatException($"{source.Length - decoder._next} bytes follow the values.", decoder._next);
    }

    /// <summary>Reads the items whose places start at a position; their dynamic parts follow behind the places.</summary>
    private AbiValue[] ReadItems(AbiType type, int count, int start)
    {
        long headSize = 0;
        if (type.Element is { } element)
        {
            headSize = (long)count * element.HeadSize;
        }
        else
        {
            foreach (var component in type.Components)
            {
                headSize += component.HeadSize;
            }
        }

        if (headSize > _source.Length - start)
        {
            throw new EvmFormatException($"{count} values need {headSize} bytes, of which {_source.Length - start} are there.", start);
        }

        var values = new AbiValue[count];
        int head = start;
        _next = start + (int)headSize;
        for (int i = 0; i < count; i++)
        {
            var itemType = type.Element ?? type.Components[i];
            if (itemType.IsDynamic)
            {
                ExpectOffset(head, start);
                values[i] = ReadDynamic(itemType, _next);
            }
            else
            {
                values[i] = ReadStatic(itemType, head);
            }

            head += itemType.HeadSize;
        }

        return values;
    }

    private readonly void ExpectOffset(int head, int start)
    {
        var offset = ReadWord(head);
        if (offset != (UInt256)(ulong)(_next - start))
        {
            throw new EvmFormatException($"An offset is {offset}; the part it points to is at {_next - start}.", head);
        }
    }

    private AbiValue ReadDynamic(AbiType type, int position)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes:
                return AbiValue.Bytes(ReadBytes(position).ToArray());
            case AbiKind.Text:
                var bytes = ReadBytes(position);
                try
                {
                    return AbiValue.Text(StrictUtf8.GetString(bytes));
                }
                catch (DecoderFallbackException problem)
                {
                    throw new EvmFormatException("A text is not UTF-8.", position + Word + Math.Max(0, problem.Index), problem);
                }

            case AbiKind.Array:
                return AbiValue.List(ReadItems(type, ReadLength(position, type.Element!.HeadSize), position + Word));
            case AbiKind.FixedArray:
                return AbiValue.List(ReadItems(type, type.Size, position));
            default:
                return AbiValue.List(ReadItems(type, type.Components.Count, position));
        }
    }

    private readonly AbiValue ReadStatic(AbiType type, int position)
    {
        if (type.Kind is AbiKind.Tuple or AbiKind.FixedArray)
        {
            var values = new AbiValue[type.Kind == AbiKind.Tuple ? type.Components.Count : type.Size];
            for (int i = 0; i < values.Length; i++)
            {
                var itemType = type.Element ?? type.Components[i];
                values[i] = ReadStatic(itemType, position);
                position += itemType.HeadSize;
            }

            return AbiValue.List(values);
        }

        var word = ReadWord(position);
        return type.Kind switch
        {
            AbiKind.FixedBytes => _source.Slice(position + type.Size, Word - type.Size).ContainsAnyExcept((byte)0)
                ? throw new EvmFormatException($"A {type.Name} is padded with something else than zeros.", position)
                : AbiValue.Bytes(_source.Slice(position, type.Size).ToArray()),
            AbiKind.Address when AbiWord.FitsUnsigned(word, 160) => EvmAddress.FromUInt256(word),
            AbiKind.Boolean when word <= UInt256.One => !word.IsZero,
            AbiKind.UnsignedInteger when AbiWord.FitsUnsigned(word, type.Size) => word,
            AbiKind.SignedInteger when AbiWord.FitsSigned(word, type.Size) => AbiWord.IsNegative(word) ? AbiValue.Negative(word) : word,
            _ => throw new EvmFormatException($"A word is out of the range of {type.Name}.", position),
        };
    }

    private ReadOnlySpan<byte> ReadBytes(int position)
    {
        int length = ReadLength(position, 1);
        int padded = (int)Math.Min(_source.Length + 1L, (length + Word - 1L) / Word * Word);
        int content = position + Word;
        if (padded > _source.Length - content)
        {
            throw new EvmFormatException("The padding of bytes is cut off.", position);
        }

        if (_source.Slice(content + length, padded - length).ContainsAnyExcept((byte)0))
        {
            throw new EvmFormatException("Bytes are padded with something else than zeros.", content + length);
        }

        _next = content + padded;
        return _source.Slice(content, length);
    }

    private readonly int ReadLength(int position, int itemSize)
    {
        var length = ReadWord(position);
        int left = _source.Length - position - Word;
        return length <= (UInt256)(ulong)(left / itemSize)
            ? (int)(ulong)length
            : throw new EvmFormatException($"A length is {length}, for which the {left} bytes left are too few.", position);
    }

    private readonly UInt256 ReadWord(int position) => _source.Length - position >= Word
        ? UInt256.FromBigEndian(_source.Slice(position, Word))
        : throw new EvmFormatException("A word is cut off.", Math.Min(position, _source.Length));
}
