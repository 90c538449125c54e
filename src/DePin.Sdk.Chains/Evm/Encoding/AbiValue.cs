using System.Numerics;

namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>A value for the contract ABI. Which types it fits is checked when it is encoded; values convert implicitly from what C# has.</summary>
public readonly struct AbiValue
{
    private static readonly UInt256 SignBit = new(UInt128.One << 127, 0);

    private readonly UInt256 _word;
    private readonly object? _reference;
    private readonly bool _isNegative;

    private AbiValue(AbiValueForm form, UInt256 word = default, object? reference = null, bool isNegative = false)
    {
        Form = form;
        _word = word;
        _reference = reference;
        _isNegative = isNegative;
    }

    /// <summary>What kind of value it is; the default value is none.</summary>
    public AbiValueForm Form { get; }

    /// <summary>True for a negative number.</summary>
    internal bool IsNegative => _isNegative;

    /// <summary>The word of a number (two's complement), address or bool.</summary>
    internal UInt256 Word => _word;

    /// <summary>A number; addresses and bools convert from their own types.</summary>
    public static implicit operator AbiValue(UInt256 value) => new(AbiValueForm.Number, value);

    /// <summary>A number.</summary>
    public static implicit operator AbiValue(ulong value) => new(AbiValueForm.Number, value);

    /// <summary>A number, which may be negative.</summary>
    public static implicit operator AbiValue(long value) => Signed(value);

    /// <summary>A number.</summary>
    public static implicit operator AbiValue(UInt128 value) => new(AbiValueForm.Number, value);

    /// <summary>An address.</summary>
    public static implicit operator AbiValue(EvmAddress value) => new(AbiValueForm.Address, value.ToUInt256());

    /// <summary>A bool.</summary>
    public static implicit operator AbiValue(bool value) => new(AbiValueForm.Boolean, value ? UInt256.One : UInt256.Zero);

    /// <summary>A <c>bytes32</c>.</summary>
    public static implicit operator AbiValue(Hash32 value) => Bytes(value.ToArray());

    /// <summary>A text.</summary>
    public static implicit operator AbiValue(string value) => Text(value);

    /// <summary>Bytes.</summary>
    public static implicit operator AbiValue(byte[] value) => Bytes(value);

    /// <summary>A number from -2^255 to 2^256-1.</summary>
    /// <exception cref="OverflowException">The number is out of that range.</exception>
    public static AbiValue Signed(BigInteger value)
    {
        if (!BigInteger.IsNegative(value))
        {
            return (UInt256)value;
        }

        // Two's complement: -x is 2^256 - x, that is the complement of x - 1.
        var below = (UInt256)(-(value + 1));
        return below < SignBit
            ? new AbiValue(AbiValueForm.Number, new UInt256(~below.Upper, ~below.Lower), isNegative: true)
            : throw new OverflowException("The ABI has no numbers below -2^255.");
    }

    /// <summary>The negative number whose two's complement is a word.</summary>
    internal static AbiValue Negative(UInt256 word) => new(AbiValueForm.Number, word, isNegative: true);

    /// <summary>A text, written as UTF-8.</summary>
    public static AbiValue Text(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new AbiValue(AbiValueForm.Text, reference: value);
    }

    /// <summary>Bytes, for <c>bytes</c> or a <c>bytesN</c> of that length. The array is not copied.</summary>
    public static AbiValue Bytes(byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new AbiValue(AbiValueForm.Bytes, reference: value);
    }

    /// <summary>The elements of an array, or the parts of a tuple. The array is not copied.</summary>
    public static AbiValue List(params AbiValue[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new AbiValue(AbiValueForm.List, reference: values);
    }

    /// <summary>The number, when it is not negative.</summary>
    /// <exception cref="InvalidOperationException">It is no number, or a negative one.</exception>
    public UInt256 AsUInt256() => Form == AbiValueForm.Number && !_isNegative ? _word : throw Not("a number from 0");

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">It is no number.</exception>
    public BigInteger AsBigInteger() => Form != AbiValueForm.Number ? throw Not("a number") : _isNegative ? (BigInteger)_word - (BigInteger.One << 256) : _word;

    /// <summary>The address.</summary>
    /// <exception cref="InvalidOperationException">It is no address.</exception>
    public EvmAddress AsAddress() => Form == AbiValueForm.Address ? EvmAddress.FromUInt256(_word) : throw Not("an address");

    /// <summary>The bool.</summary>
    /// <exception cref="InvalidOperationException">It is no bool.</exception>
    public bool AsBoolean() => Form == AbiValueForm.Boolean ? !_word.IsZero : throw Not("a bool");

    /// <summary>The bytes.</summary>
    /// <exception cref="InvalidOperationException">It is not bytes.</exception>
    public byte[] AsBytes() => Form == AbiValueForm.Bytes ? (byte[])_reference! : throw Not("bytes");

    /// <summary>The 32 bytes.</summary>
    /// <exception cref="InvalidOperationException">It is not 32 bytes.</exception>
    public Hash32 AsHash() => Form == AbiValueForm.Bytes && _reference is byte[] { Length: 32 } bytes ? new Hash32(bytes) : throw Not("32 bytes");

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">It is no text.</exception>
    public string AsText() => Form == AbiValueForm.Text ? (string)_reference! : throw Not("a text");

    /// <summary>The elements or parts.</summary>
    /// <exception cref="InvalidOperationException">It is neither an array nor a tuple.</exception>
    public IReadOnlyList<AbiValue> AsList() => Form == AbiValueForm.List ? (AbiValue[])_reference! : throw Not("a list");

    /// <summary>The value in a readable form, for logs and messages.</summary>
    public override string ToString() => Form switch
    {
        AbiValueForm.Number => AsBigInteger().ToString(System.Globalization.CultureInfo.InvariantCulture),
        AbiValueForm.Address => AsAddress().ToString(),
        AbiValueForm.Boolean => AsBoolean() ? "true" : "false",
        AbiValueForm.Bytes => Hex.Encode(AsBytes()),
        AbiValueForm.Text => AsText(),
        AbiValueForm.List => $"({string.Join(", ", AsList())})",
        _ => string.Empty,
    };

    private InvalidOperationException Not(string expected) => new($"The value is {Form}, not {expected}.");
}
