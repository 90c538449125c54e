namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>Writes values as Solidity's <c>abi.encodePacked</c>: without padding, lengths and offsets, except that elements of arrays are padded.</summary>
internal static class AbiPackedEncoder
{
    public static byte[] Encode(AbiType tuple, AbiValue[] values)
    {
        using var stream = new MemoryStream();
        if (values.Length != tuple.Components.Count)
        {
            throw new ArgumentException($"The types are {tuple.Components.Count}, the values {values.Length}.", nameof(values));
        }

        for (int i = 0; i < values.Length; i++)
        {
            Write(stream, tuple.Components[i], values[i], isElement: false);
        }

        return stream.ToArray();
    }

    private static void Write(MemoryStream stream, AbiType type, in AbiValue value, bool isElement)
    {
        switch (type.Kind)
        {
            case AbiKind.Bytes when !isElement:
                stream.Write(value.AsBytes());
                break;
            case AbiKind.Text when !isElement:
                stream.Write(System.Text.Encoding.UTF8.GetBytes(value.AsText()));
                break;
            case AbiKind.Array or AbiKind.FixedArray:
                var items = value.AsList();
                if (type.Kind == AbiKind.FixedArray && items.Count != type.Size)
                {
                    throw new ArgumentException($"The type {type.Name} does not take {items.Count} items.", nameof(value));
                }

                foreach (var item in items)
                {
                    Write(stream, type.Element!, item, isElement: true);
                }

                break;
            case AbiKind.Tuple or AbiKind.Bytes or AbiKind.Text:
                throw new ArgumentException($"Solidity packs neither structs nor arrays of bytes or texts, such as {type.Name}.", nameof(value));
            default:
                Span<byte> word = stackalloc byte[UInt256.SizeInBytes];
                AbiEncoder.Write(type, value, word);
                stream.Write(isElement ? word : type.Kind switch
                {
                    AbiKind.FixedBytes => word[..type.Size],
                    AbiKind.Address => word[^EvmAddress.SizeInBytes..],
                    AbiKind.Boolean => word[^1..],
                    _ => word[^(type.Size / 8)..],
                });
                break;
        }
    }
}
