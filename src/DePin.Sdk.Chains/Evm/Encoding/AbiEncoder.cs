using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Writes values in the form of the contract ABI: first the length is counted, then one buffer is filled.</summary>
internal static class AbiEncoder
{
    private const int Word = UInt256.SizeInBytes;

    /// <summary>The bytes that a value takes behind its place, or in it when its type is static.</summary>
    public static int ContentSize(AbiType type, in AbiValue value)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes:
                return checked(Word + Padded(AsBytes(type, value).Length));
            case AbiKind.Text:
                return checked(Word + Padded(System.Text.Encoding.UTF8.GetByteCount(AsText(type, value))));
            case AbiKind.Tuple or AbiKind.FixedArray or AbiKind.Array:
                var items = AsItems(type, value);
                int size = type.Kind == AbiKind.Array ? Word : 0;
                for (int i = 0; i < items.Length; i++)
                {
                    var itemType = ItemType(type, i);
                    int content = ContentSize(itemType, items[i]);
                    size = checked(size + content + (itemType.IsDynamic ? Word : 0));
                }

                return size;
            default:
                return Word;
        }
    }

    public static void Write(AbiType type, in AbiValue value, Span<byte> destination)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes:
                WriteBytes(AsBytes(type, value), destination);
                break;
            case AbiKind.Text:
                int count = System.Text.Encoding.UTF8.GetBytes(AsText(type, value), destination[Word..]);
                WriteLength(count, destination);
                destination[(Word + count)..].Clear();
                break;
            case AbiKind.Tuple or AbiKind.FixedArray:
                WriteItems(type, AsItems(type, value), destination);
                break;
            case AbiKind.Array:
                var items = AsItems(type, value);
                WriteLength(items.Length, destination);
                WriteItems(type, items, destination[Word..]);
                break;
            case AbiKind.FixedBytes:
                var bytes = AsBytes(type, value);
                if (bytes.Length != type.Size)
                {
                    throw Misfit(type, $"{bytes.Length} bytes");
                }

                bytes.CopyTo(destination);
                destination[bytes.Length..Word].Clear();
                break;
            default:
                WordOf(type, value).WriteBigEndian(destination);
                break;
        }
    }

    private static void WriteItems(AbiType type, ReadOnlySpan<AbiValue> items, Span<byte> destination)
    {
        int head = 0;
        int tail = 0;
        for (int i = 0; i < items.Length; i++)
        {
            tail += ItemType(type, i).HeadSize;
        }

        for (int i = 0; i < items.Length; i++)
        {
            var itemType = ItemType(type, i);
            if (itemType.IsDynamic)
            {
                int size = ContentSize(itemType, items[i]);
                WriteLength(tail, destination[head..]);
                Write(itemType, items[i], destination.Slice(tail, size));
                tail += size;
            }
            else
            {
                Write(itemType, items[i], destination.Slice(head, itemType.HeadSize));
            }

            head += itemType.HeadSize;
        }
    }

    private static UInt256 WordOf(AbiType type, in AbiValue value)
    {
        var expected = type.Kind switch
        {
            AbiKind.Address => AbiValueForm.Address,
            AbiKind.Boolean => AbiValueForm.Boolean,
            _ => AbiValueForm.Number,
        };
        if (value.Form != expected)
        {
            throw Misfit(type, value.Form.ToString());
        }

        if (expected != AbiValueForm.Number)
        {
            return value.Word;
        }

        bool fits = type.Kind == AbiKind.UnsignedInteger
            ? !value.IsNegative && AbiWord.FitsUnsigned(value.Word, type.Size)
            : AbiWord.FitsSigned(value.Word, type.Size) && AbiWord.IsNegative(value.Word) == value.IsNegative;
        return fits ? value.Word : throw Misfit(type, "a number out of its range");
    }

    private static void WriteBytes(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        WriteLength(bytes.Length, destination);
        bytes.CopyTo(destination[Word..]);
        destination[(Word + bytes.Length)..].Clear();
    }

    private static void WriteLength(int length, Span<byte> destination)
    {
        destination[..(Word - sizeof(int))].Clear();
        BinaryPrimitives.WriteInt32BigEndian(destination[(Word - sizeof(int))..], length);
    }

    private static AbiType ItemType(AbiType type, int index) => type.Element ?? type.Components[index];

    private static byte[] AsBytes(AbiType type, in AbiValue value) => value.Form == AbiValueForm.Bytes ? value.AsBytes() : throw Misfit(type, value.Form.ToString());

    private static string AsText(AbiType type, in AbiValue value) => value.Form == AbiValueForm.Text ? value.AsText() : throw Misfit(type, value.Form.ToString());

    private static ReadOnlySpan<AbiValue> AsItems(AbiType type, in AbiValue value)
    {
        if (value.Form != AbiValueForm.List)
        {
            throw Misfit(type, value.Form.ToString());
        }

        var items = (AbiValue[])value.AsList();
        int expected = type.Kind switch { AbiKind.Tuple => type.Components.Count, AbiKind.FixedArray => type.Size, _ => items.Length };
        return items.Length == expected ? items : throw Misfit(type, $"{items.Length} items");
    }

    private static int Padded(int length) => checked((length + Word - 1) / Word * Word);

    private static ArgumentException Misfit(AbiType type, string found) => new($"The type {type.Name} does not take {found}.");
}
