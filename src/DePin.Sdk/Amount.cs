using System.Globalization;

namespace DePin.Sdk;

/// <summary>A quantity of money: a whole number of base units of one <see cref="DePin.Sdk.Asset"/>, 0 to 2^128-1. Never a floating-point number.</summary>
/// <param name="BaseUnits">The smallest units of the asset, for example wei, lamports, or millionths of a dollar.</param>
/// <param name="Asset">What the units are units of.</param>
public readonly record struct Amount(UInt128 BaseUnits, Asset Asset) : IComparable<Amount>
{
    /// <summary>True when there is nothing in it.</summary>
    public bool IsZero => BaseUnits == UInt128.Zero;

    /// <summary>Nothing, of an asset.</summary>
    public static Amount Zero(Asset asset) => new(UInt128.Zero, asset);

    /// <summary>Reads <c>"base-units asset"</c>, for example <c>"1500 depin:local/credit:usd"</c>.</summary>
    /// <exception cref="FormatException">The text is not an amount.</exception>
    public static Amount Parse(string text) => TryParse(text, out var amount)
        ? amount
        : throw new FormatException($"'{CaipText.Shorten(text)}' is not an amount; write base units and a CAIP-19 asset, for example 1500 depin:local/credit:usd.");

    /// <summary>Reads <c>"base-units asset"</c>; false when the text is not an amount.</summary>
    public static bool TryParse(string? text, out Amount amount)
    {
        amount = default;
        if (text is null || !CaipText.TrySplit(text, ' ', out var digits, out var assetText)
            || !UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var units)
            || !Asset.TryParse(assetText.ToString(), out var asset))
        {
            return false;
        }

        amount = new Amount(units, asset);
        return true;
    }

    /// <summary>Converts a decimal quantity to base units, exactly.</summary>
    /// <param name="quantity">The quantity in whole coins, zero or more.</param>
    /// <param name="asset">The asset.</param>
    /// <param name="decimals">How many decimal places one coin has, 0 to 28.</param>
    /// <exception cref="ArgumentOutOfRangeException">The quantity is negative, or has more places than the asset.</exception>
    /// <exception cref="OverflowException">The amount needs more than 128 bits.</exception>
    public static Amount FromDecimal(decimal quantity, Asset asset, int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 28);
        ArgumentOutOfRangeException.ThrowIfLessThan(quantity, 0m);

        // A decimal is an integer of 96 bits over a power of ten.
        Span<int> parts = stackalloc int[4];
        decimal.GetBits(quantity, parts);
        var mantissa = new UInt128((uint)parts[2], ((ulong)(uint)parts[1] << 32) | (uint)parts[0]);
        int places = (parts[3] >> 16) & 0xFF;
        if (places <= decimals)
        {
            return new Amount(checked(mantissa * PowerOfTen(decimals - places)), asset);
        }

        var (units, rest) = UInt128.DivRem(mantissa, PowerOfTen(places - decimals));
        if (rest != UInt128.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(quantity), quantity, $"The asset has {decimals} decimal places; round the quantity to them.");
        }

        return new Amount(units, asset);
    }

    /// <summary>The quantity in whole coins as text with a point and no grouping, for example <c>0.0015</c>; trailing zeros are dropped.</summary>
    public string ToDecimalString(int decimals)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, 38);
        var digits = BaseUnits.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        var fraction = digits[^decimals..].TrimEnd('0');
        return fraction.Length == 0 ? digits[..^decimals] : $"{digits[..^decimals]}.{fraction}";
    }

    /// <summary>Compares two amounts of the same asset.</summary>
    /// <exception cref="InvalidOperationException">The assets differ.</exception>
    public int CompareTo(Amount other)
    {
        RequireSameAsset(this, other);
        return BaseUnits.CompareTo(other.BaseUnits);
    }

    /// <summary>Adds.</summary>
    /// <exception cref="InvalidOperationException">The assets differ.</exception>
    /// <exception cref="OverflowException">The sum needs more than 128 bits.</exception>
    public static Amount operator +(Amount left, Amount right)
    {
        RequireSameAsset(left, right);
        return left with { BaseUnits = checked(left.BaseUnits + right.BaseUnits) };
    }

    /// <summary>Subtracts.</summary>
    /// <exception cref="InvalidOperationException">The assets differ.</exception>
    /// <exception cref="OverflowException">The result would be negative.</exception>
    public static Amount operator -(Amount left, Amount right)
    {
        RequireSameAsset(left, right);
        return left with { BaseUnits = checked(left.BaseUnits - right.BaseUnits) };
    }

    /// <summary>Multiplies by a whole number.</summary>
    /// <exception cref="OverflowException">The product needs more than 128 bits.</exception>
    public static Amount operator *(Amount left, ulong right) => left with { BaseUnits = checked(left.BaseUnits * right) };

    /// <summary>Less than, for the same asset.</summary>
    public static bool operator <(Amount left, Amount right) => left.CompareTo(right) < 0;

    /// <summary>Greater than, for the same asset.</summary>
    public static bool operator >(Amount left, Amount right) => left.CompareTo(right) > 0;

    /// <summary>At most, for the same asset.</summary>
    public static bool operator <=(Amount left, Amount right) => left.CompareTo(right) <= 0;

    /// <summary>At least, for the same asset.</summary>
    public static bool operator >=(Amount left, Amount right) => left.CompareTo(right) >= 0;

    /// <summary>The smaller of two amounts of the same asset.</summary>
    public static Amount Min(Amount left, Amount right) => left <= right ? left : right;

    /// <summary>The larger of two amounts of the same asset.</summary>
    public static Amount Max(Amount left, Amount right) => left >= right ? left : right;

    /// <summary><paramref name="left"/> minus <paramref name="right"/>, or zero where that would be negative.</summary>
    public static Amount SubtractOrZero(Amount left, Amount right) => left <= right ? Zero(left.Asset) : left - right;

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{BaseUnits} {Asset}");

    private static UInt128 PowerOfTen(int exponent)
    {
        var power = UInt128.One;
        for (; exponent > 0; exponent--)
        {
            power *= 10;
        }

        return power;
    }

    private static void RequireSameAsset(Amount left, Amount right)
    {
        if (left.Asset != right.Asset)
        {
            throw new InvalidOperationException($"Amounts of different assets do not mix: {left} and {right}.");
        }
    }
}
