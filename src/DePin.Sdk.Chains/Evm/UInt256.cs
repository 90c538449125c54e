using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace DePin.Sdk.Chains.Evm;

/// <summary>An unsigned 256-bit integer, the word of the EVM: amounts in wei, fees, ids. Arithmetic is checked, like money.</summary>
/// <param name="Upper">The upper 128 bits.</param>
/// <param name="Lower">The lower 128 bits.</param>
public readonly record struct UInt256(UInt128 Upper, UInt128 Lower) : IComparable<UInt256>
{
    /// <summary>The length of the big-endian encoding, in bytes.</summary>
    public const int SizeInBytes = 32;

    /// <summary>The most characters that <see cref="Parse"/> reads: 78 decimal digits, or 64 hexadecimal ones and their prefix, with room for leading zeros.</summary>
    private const int MaxTextLength = 128;

    /// <summary>0.</summary>
    public static UInt256 Zero => default;

    /// <summary>1.</summary>
    public static UInt256 One => new(0, 1);

    /// <summary>2^256-1, which allowances use for "no limit".</summary>
    public static UInt256 MaxValue => new(UInt128.MaxValue, UInt128.MaxValue);

    /// <summary>True for 0.</summary>
    public bool IsZero => Upper == UInt128.Zero && Lower == UInt128.Zero;

    /// <summary>How many bytes the number needs without leading zeros; 0 for 0.</summary>
    public int ByteCount => SizeInBytes - (int)((Upper == UInt128.Zero ? 128 + UInt128.LeadingZeroCount(Lower) : UInt128.LeadingZeroCount(Upper)) >> 3);

    /// <summary>Reads at most 32 big-endian bytes; none are 0.</summary>
    /// <exception cref="ArgumentException">There are more than 32 bytes.</exception>
    public static UInt256 FromBigEndian(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == SizeInBytes)
        {
            return new UInt256(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));
        }

        if (bytes.Length > SizeInBytes)
        {
            throw new ArgumentException("A 256-bit integer has at most 32 bytes.", nameof(bytes));
        }

        Span<byte> word = stackalloc byte[SizeInBytes];
        word.Clear();
        bytes.CopyTo(word[(SizeInBytes - bytes.Length)..]);
        return FromBigEndian(word);
    }

    /// <summary>Writes 32 big-endian bytes, as a word of the ABI.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has fewer than 32 bytes.</exception>
    public void WriteBigEndian(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, Upper);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], Lower);
    }

    /// <summary>Reads decimal digits, or hexadecimal ones after <c>0x</c>.</summary>
    /// <exception cref="FormatException">The text is neither, or needs more than 256 bits.</exception>
    public static UInt256 Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var value)
            ? value
            : throw new FormatException("The text is not a 256-bit unsigned integer; write decimal digits, or 0x and hexadecimal ones.");
    }

    /// <summary>Reads decimal digits, or hexadecimal ones after <c>0x</c>; false when the text is neither, or needs more than 256 bits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out UInt256 value)
    {
        value = default;
        bool hexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        var digits = hexadecimal ? text[2..] : text;
        if (digits.IsEmpty || text.Length > MaxTextLength)
        {
            return false;
        }

        var result = Zero;
        foreach (var digit in digits)
        {
            int amount = char.IsAsciiDigit(digit) ? digit - '0' : hexadecimal && char.IsAsciiHexDigit(digit) ? (digit | 0x20) - 'a' + 10 : -1;
            if (amount < 0 || !TryMultiplyAdd(result, hexadecimal ? 16u : 10u, (uint)amount, out result))
            {
                return false;
            }
        }

        value = result;
        return true;
    }

    /// <summary>Converts from an arbitrary integer.</summary>
    /// <exception cref="OverflowException">The number is negative or needs more than 256 bits.</exception>
    public static explicit operator UInt256(BigInteger value) => BigInteger.IsNegative(value)
        ? throw new OverflowException("A 256-bit unsigned integer is never negative.")
        : new UInt256(checked((UInt128)(value >> 128)), (UInt128)(value & UInt128.MaxValue));

    /// <summary>Converts to an arbitrary integer.</summary>
    public static implicit operator BigInteger(UInt256 value) => ((BigInteger)value.Upper << 128) | value.Lower;

    /// <summary>Widens.</summary>
    public static implicit operator UInt256(ulong value) => new(0, value);

    /// <summary>Widens.</summary>
    public static implicit operator UInt256(UInt128 value) => new(0, value);

    /// <summary>Narrows.</summary>
    /// <exception cref="OverflowException">The number needs more than 64 bits.</exception>
    public static explicit operator ulong(UInt256 value) => checked((ulong)(UInt128)value);

    /// <summary>Narrows, for example to an <see cref="Amount"/>'s base units.</summary>
    /// <exception cref="OverflowException">The number needs more than 128 bits.</exception>
    public static explicit operator UInt128(UInt256 value) => value.Upper == UInt128.Zero
        ? value.Lower
        : throw new OverflowException("The number needs more than 128 bits.");

    /// <summary>Adds.</summary>
    /// <exception cref="OverflowException">The sum needs more than 256 bits.</exception>
    public static UInt256 operator +(UInt256 left, UInt256 right)
    {
        var lower = unchecked(left.Lower + right.Lower);
        var upper = checked(left.Upper + right.Upper);
        return new UInt256(lower < left.Lower ? checked(upper + UInt128.One) : upper, lower);
    }

    /// <summary>Subtracts.</summary>
    /// <exception cref="OverflowException">The result would be negative.</exception>
    public static UInt256 operator -(UInt256 left, UInt256 right)
    {
        var upper = checked(left.Upper - right.Upper);
        return new UInt256(left.Lower < right.Lower ? checked(upper - UInt128.One) : upper, unchecked(left.Lower - right.Lower));
    }

    /// <summary>Multiplies, for example a price by an amount of gas.</summary>
    /// <exception cref="OverflowException">The product needs more than 256 bits.</exception>
    public static UInt256 operator *(UInt256 left, ulong right) => TryMultiplyAdd(left, right, 0, out var product)
        ? product
        : throw new OverflowException("The product needs more than 256 bits.");

    /// <summary>Less than.</summary>
    public static bool operator <(UInt256 left, UInt256 right) => left.CompareTo(right) < 0;

    /// <summary>Greater than.</summary>
    public static bool operator >(UInt256 left, UInt256 right) => left.CompareTo(right) > 0;

    /// <summary>At most.</summary>
    public static bool operator <=(UInt256 left, UInt256 right) => left.CompareTo(right) <= 0;

    /// <summary>At least.</summary>
    public static bool operator >=(UInt256 left, UInt256 right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public int CompareTo(UInt256 other)
    {
        int upper = Upper.CompareTo(other.Upper);
        return upper != 0 ? upper : Lower.CompareTo(other.Lower);
    }

    /// <summary>Decimal digits.</summary>
    public override string ToString() => Upper == UInt128.Zero
        ? Lower.ToString(CultureInfo.InvariantCulture)
        : ((BigInteger)this).ToString(CultureInfo.InvariantCulture);

    private static bool TryMultiplyAdd(UInt256 left, ulong factor, ulong addend, out UInt256 result)
    {
        Span<ulong> limbs = [(ulong)left.Lower, (ulong)(left.Lower >> 64), (ulong)left.Upper, (ulong)(left.Upper >> 64)];
        ulong carry = addend;
        for (int i = 0; i < limbs.Length; i++)
        {
            // At most (2^64-1)^2 + 2^64-1, which fits in 128 bits.
            var sum = (UInt128)limbs[i] * factor + carry;
            limbs[i] = (ulong)sum;
            carry = (ulong)(sum >> 64);
        }

        result = new UInt256(new UInt128(limbs[3], limbs[2]), new UInt128(limbs[1], limbs[0]));
        return carry == 0;
    }
}
