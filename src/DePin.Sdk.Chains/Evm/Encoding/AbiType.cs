namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>A type of the contract ABI, as Solidity's specification has it, except fixed-point numbers and function pointers.</summary>
public sealed class AbiType
{
    /// <summary>The most types inside each other.</summary>
    public const int MaxDepth = 32;

    // 1 MiB of words for a value without dynamic parts: beyond any calldata, and far from overflow.
    private const long MaxHeadSize = 1 << 20;

    private AbiType(AbiKind kind, int size, string name, long headSize, bool isDynamic, AbiType? element = null, IReadOnlyList<AbiType>? components = null)
    {
        Kind = kind;
        Size = size;
        Name = name;
        HeadSize = (int)headSize;
        IsDynamic = isDynamic;
        Element = element;
        Components = components ?? [];
    }

    /// <summary>The family.</summary>
    public AbiKind Kind { get; }

    /// <summary>Bits of an integer, bytes of <c>bytesN</c>, elements of <c>T[k]</c>; 0 elsewhere.</summary>
    public int Size { get; }

    /// <summary>The canonical name, which selectors are hashed from.</summary>
    public string Name { get; }

    /// <summary>The element type of an array; null elsewhere.</summary>
    public AbiType? Element { get; }

    /// <summary>The types of a tuple's parts; empty elsewhere.</summary>
    public IReadOnlyList<AbiType> Components { get; }

    /// <summary>True when values differ in length, so that their place holds an offset.</summary>
    public bool IsDynamic { get; }

    /// <summary>The bytes that a value takes in its place: its own words, or the 32 of an offset.</summary>
    internal int HeadSize { get; }

    /// <summary>Reads a type, for example <c>(address,uint256[2])[]</c>. <c>uint</c> and <c>int</c> mean 256 bits.</summary>
    /// <exception cref="EvmFormatException">The text is no type.</exception>
    public static AbiType Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parser = new AbiSignatureParser(text);
        var type = parser.ReadType(MaxDepth);
        parser.EnsureEnd();
        return type;
    }

    /// <summary>Makes a tuple, for example of a function's parameters.</summary>
    /// <exception cref="ArgumentException">A value would take more than 1 MiB without its dynamic parts.</exception>
    public static AbiType Tuple(params IReadOnlyList<AbiType> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        bool isDynamic = components.Any(component => component.IsDynamic);
        long headSize = components.Sum(component => (long)component.HeadSize);
        if (headSize > MaxHeadSize)
        {
            throw new ArgumentException("A value of the type would take more than 1 MiB.", nameof(components));
        }

        var name = $"({string.Join(',', components.Select(component => component.Name))})";
        return new AbiType(AbiKind.Tuple, 0, name, isDynamic ? 32 : headSize, isDynamic, components: components);
    }

    /// <summary>Encodes the parts of a tuple, as a call's parameters or a function's results are.</summary>
    /// <exception cref="ArgumentException">A value does not fit its type.</exception>
    /// <exception cref="InvalidOperationException">The type is not a tuple.</exception>
    public byte[] Encode(params AbiValue[] values) => Encode([], values);

    /// <summary>Decodes the parts of a tuple from bytes that hold nothing else, in the layout that Solidity writes.</summary>
    /// <exception cref="EvmFormatException">The bytes are not such values in that layout.</exception>
    /// <exception cref="InvalidOperationException">The type is not a tuple.</exception>
    public IReadOnlyList<AbiValue> Decode(ReadOnlySpan<byte> encoded)
    {
        RequireTuple();
        return AbiDecoder.Decode(this, encoded, 0);
    }

    /// <summary>Encodes the parts of a tuple as Solidity's <c>abi.encodePacked</c>, to hash them as a contract does. Different values can come out the same when two of them have no fixed length.</summary>
    /// <exception cref="ArgumentException">A value does not fit its type, or is one that Solidity does not pack.</exception>
    /// <exception cref="InvalidOperationException">The type is not a tuple, or a value is of another kind.</exception>
    public byte[] EncodePacked(params AbiValue[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        RequireTuple();
        return AbiPackedEncoder.Encode(this, values);
    }

    /// <summary>The canonical name.</summary>
    public override string ToString() => Name;

    internal byte[] Encode(ReadOnlySpan<byte> prefix, AbiValue[] values)
    {
        RequireTuple();
        var tuple = AbiValue.List(values);
        var encoded = new byte[checked(prefix.Length + AbiEncoder.ContentSize(this, tuple))];
        prefix.CopyTo(encoded);
        AbiEncoder.Write(this, tuple, encoded.AsSpan(prefix.Length));
        return encoded;
    }

    internal static AbiType Array(AbiType element) => new(AbiKind.Array, 0, element.Name + "[]", 32, isDynamic: true, element);

    /// <summary>Null when the array would be empty or too large.</summary>
    internal static AbiType? FixedArray(AbiType element, int length)
    {
        long headSize = (long)element.HeadSize * length;
        return length == 0 || headSize > MaxHeadSize
            ? null
            : new AbiType(AbiKind.FixedArray, length, $"{element.Name}[{length}]", element.IsDynamic ? 32 : headSize, element.IsDynamic, element);
    }

    /// <summary>Null when the word names no type.</summary>
    internal static AbiType? Elementary(ReadOnlySpan<char> word)
    {
        switch (word)
        {
            case "address":
                return new AbiType(AbiKind.Address, 0, "address", 32, false);
            case "bool":
                return new AbiType(AbiKind.Boolean, 0, "bool", 32, false);
            case "bytes":
                return new AbiType(AbiKind.Bytes, 0, "bytes", 32, true);
            case "string":
                return new AbiType(AbiKind.Text, 0, "string", 32, true);
            case "uint":
                return Integer(AbiKind.UnsignedInteger, "uint", 256);
            case "int":
                return Integer(AbiKind.SignedInteger, "int", 256);
        }

        if (word.StartsWith("uint", StringComparison.Ordinal))
        {
            return TryReadSize(word[4..], out int bits) && bits is >= 8 and <= 256 && bits % 8 == 0 ? Integer(AbiKind.UnsignedInteger, "uint", bits) : null;
        }

        if (word.StartsWith("int", StringComparison.Ordinal))
        {
            return TryReadSize(word[3..], out int bits) && bits is >= 8 and <= 256 && bits % 8 == 0 ? Integer(AbiKind.SignedInteger, "int", bits) : null;
        }

        return word.StartsWith("bytes", StringComparison.Ordinal) && TryReadSize(word[5..], out int size) && size is >= 1 and <= 32
            ? new AbiType(AbiKind.FixedBytes, size, $"bytes{size}", 32, false)
            : null;
    }

    /// <summary>Reads a decimal number of at most six digits without leading zeros.</summary>
    internal static bool TryReadSize(ReadOnlySpan<char> digits, out int size)
    {
        size = 0;
        if (digits.Length is 0 or > 6 || digits[0] == '0')
        {
            return false;
        }

        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return false;
            }

            size = (size * 10) + (digit - '0');
        }

        return true;
    }

    private void RequireTuple()
    {
        if (Kind != AbiKind.Tuple)
        {
            throw new InvalidOperationException($"Only tuples are encoded by themselves; put {Name} into one.");
        }
    }

    private static AbiType Integer(AbiKind kind, string prefix, int bits) => new(kind, bits, $"{prefix}{bits}", 32, false);
}
