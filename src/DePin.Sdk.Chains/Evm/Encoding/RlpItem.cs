namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>A decoded RLP item of unknown shape: a byte string, or a list of items. For known shapes <see cref="RlpReader"/> needs no memory.</summary>
public sealed class RlpItem
{
    /// <summary>The most items that <see cref="Decode"/> makes, unless told otherwise.</summary>
    public const int DefaultMaxItems = 65_536;

    private RlpItem(ReadOnlyMemory<byte> bytes, IReadOnlyList<RlpItem>? items)
    {
        Bytes = bytes;
        Items = items;
    }

    /// <summary>The bytes of a string; empty for a list.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The items of a list; null for a string.</summary>
    public IReadOnlyList<RlpItem>? Items { get; }

    /// <summary>Makes a byte string.</summary>
    public static RlpItem String(ReadOnlyMemory<byte> bytes) => new(bytes, null);

    /// <summary>Makes a list.</summary>
    public static RlpItem List(params IReadOnlyList<RlpItem> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return new RlpItem(default, items);
    }

    /// <summary>Reads one item that fills the whole input. Lists nest at most <see cref="RlpWriter.MaxDepth"/> deep.</summary>
    /// <param name="source">The input.</param>
    /// <param name="maxItems">The most items to make, which bounds the memory: each byte of input can be an item.</param>
    /// <exception cref="EvmFormatException">The input is not the canonical encoding of one item, or exceeds a limit.</exception>
    public static RlpItem Decode(ReadOnlySpan<byte> source, int maxItems = DefaultMaxItems)
    {
        var reader = new RlpReader(source);
        var item = Read(ref reader, RlpWriter.MaxDepth, ref maxItems);
        reader.EnsureEnd();
        return item;
    }

    /// <summary>The canonical encoding.</summary>
    /// <exception cref="InvalidOperationException">Lists nest more than <see cref="RlpWriter.MaxDepth"/> deep.</exception>
    public byte[] Encode()
    {
        var writer = new RlpWriter();
        WriteTo(writer);
        return writer.ToArray();
    }

    private static RlpItem Read(ref RlpReader reader, int depthLeft, ref int itemsLeft)
    {
        if (--itemsLeft < 0)
        {
            throw new EvmFormatException("There are more items than allowed.", reader.Offset);
        }

        if (!reader.IsList)
        {
            return String(reader.ReadBytes().ToArray());
        }

        if (depthLeft == 0)
        {
            throw new EvmFormatException($"Lists nest more than {RlpWriter.MaxDepth} deep.", reader.Offset);
        }

        var content = reader.ReadList();
        var items = new List<RlpItem>();
        while (!content.IsAtEnd)
        {
            items.Add(Read(ref content, depthLeft - 1, ref itemsLeft));
        }

        return new RlpItem(default, items);
    }

    private void WriteTo(RlpWriter writer)
    {
        if (Items is null)
        {
            writer.Write(Bytes.Span);
            return;
        }

        writer.BeginList();
        foreach (var item in Items)
        {
            item.WriteTo(writer);
        }

        writer.EndList();
    }
}
