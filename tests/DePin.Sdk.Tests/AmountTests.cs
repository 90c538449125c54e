using System.Globalization;
using System.Numerics;
using DePin.Sdk.Settlement;
using FsCheck;
using FsCheck.Fluent;

namespace DePin.Sdk.Tests;

public sealed class AmountTests
{
    private static readonly Asset Usd = LedgerSettlement.Credit;
    private static readonly Asset Other = Asset.Parse("eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48");

    [Fact]
    public void Arithmetic_AnyOperands_AgreesWithBigIntegersOrOverflows() => Prop.ForAll(Units, Units, (a, b) =>
    {
        BigInteger x = a, y = b, max = UInt128.MaxValue;
        Assert.Equal(x + y <= max ? x + y : null, Try(() => new Amount(a, Usd) + new Amount(b, Usd)));
        Assert.Equal(x >= y ? x - y : null, Try(() => new Amount(a, Usd) - new Amount(b, Usd)));
        var factor = (ulong)b;
        Assert.Equal(x * factor <= max ? x * factor : null, Try(() => new Amount(a, Usd) * factor));
        Assert.Equal(x.CompareTo(y), new Amount(a, Usd).CompareTo(new Amount(b, Usd)));
        Assert.Equal(BigInteger.Max(x - y, 0), (BigInteger)Amount.SubtractOrZero(new(a, Usd), new(b, Usd)).BaseUnits);
        Assert.Equal(x < y, new Amount(a, Usd) < new Amount(b, Usd));
        Assert.Equal(x > y, new Amount(a, Usd) > new Amount(b, Usd));
        Assert.Equal(x <= y, new Amount(a, Usd) <= new Amount(b, Usd));
        Assert.Equal(x >= y, new Amount(a, Usd) >= new Amount(b, Usd));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Text_AnyAmount_RoundTrips() => Prop.ForAll(Units, units =>
    {
        var amount = new Amount(units, Usd);
        Assert.Equal(amount, Amount.Parse(amount.ToString()));
        Assert.Equal($"{(BigInteger)units} depin:local/credit:usd", amount.ToString());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Operators_DifferentAssets_Throw()
    {
        var (a, b) = (new Amount(1, Usd), new Amount(1, Other));
        Assert.Throws<InvalidOperationException>(() => a + b);
        Assert.Throws<InvalidOperationException>(() => a - b);
        Assert.Throws<InvalidOperationException>(() => a < b);
        Assert.Throws<InvalidOperationException>(() => Amount.Min(a, b));
        Assert.Throws<InvalidOperationException>(() => Amount.SubtractOrZero(a, b));
        Assert.NotEqual(a, b);
    }

    [Theory]
    [InlineData("0", 6, "0")]
    [InlineData("0.25", 6, "250000")]
    [InlineData("0.000001", 6, "1")]
    [InlineData("1.100000000000", 6, "1100000")]
    [InlineData("79228162514264337593543950335", 9, "79228162514264337593543950335000000000")]
    [InlineData("0.0000000000000000000000000001", 28, "1")]
    [InlineData("0.9999999999999999999999999999", 28, "9999999999999999999999999999")]
    [InlineData("7", 0, "7")]
    public void FromDecimal_FittingQuantity_IsExact(string quantity, int decimals, string expected)
    {
        var amount = Amount.FromDecimal(decimal.Parse(quantity, CultureInfo.InvariantCulture), Usd, decimals);
        Assert.Equal(UInt128.Parse(expected, CultureInfo.InvariantCulture), amount.BaseUnits);
    }

    [Fact]
    public void FromDecimal_QuantityThatDoesNotFit_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.FromDecimal(0.0000001m, Usd, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.FromDecimal(-0.1m, Usd, 6));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.FromDecimal(1m, Usd, 29));
        Assert.Throws<ArgumentOutOfRangeException>(() => Amount.FromDecimal(1m, Usd, -1));
        Assert.Throws<OverflowException>(() => Amount.FromDecimal(decimal.MaxValue, Usd, 10));
        Assert.Equal(UInt128.Zero, Amount.FromDecimal(-0.0m, Usd, 6).BaseUnits);
    }

    [Fact]
    public void ToDecimalString_AnyAmount_IsReadBackByFromDecimal() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), Gen.Choose(0, 18).ToArbitrary(), (units, decimals) =>
    {
        var amount = new Amount(units, Usd);
        var text = amount.ToDecimalString(decimals);
        Assert.False(text.Contains('.', StringComparison.Ordinal) && text.EndsWith('0'));
        Assert.Equal(amount, Amount.FromDecimal(decimal.Parse(text, CultureInfo.InvariantCulture), Usd, decimals));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("1 ")]
    [InlineData(" 1 depin:local/credit:usd")]
    [InlineData("-1 depin:local/credit:usd")]
    [InlineData("+1 depin:local/credit:usd")]
    [InlineData("1.5 depin:local/credit:usd")]
    [InlineData("1,000 depin:local/credit:usd")]
    [InlineData("0x10 depin:local/credit:usd")]
    [InlineData("340282366920938463463374607431768211456 depin:local/credit:usd")]
    [InlineData("1 depin:local")]
    public void Parse_NotAnAmount_Throws(string text)
    {
        Assert.False(Amount.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Amount.Parse(text));
    }

    private static Arbitrary<UInt128> Units { get; } = Gen.OneOf(
        ArbMap.Default.GeneratorFor<uint>().Select(v => (UInt128)v),
        Gen.Two(ArbMap.Default.GeneratorFor<ulong>()).Select(v => new UInt128(v.Item1, v.Item2)),
        Gen.Choose(0, 3).Select(v => UInt128.MaxValue - (UInt128)(uint)v)).ToArbitrary();

    private static BigInteger? Try(Func<Amount> compute)
    {
        try
        {
            return compute().BaseUnits;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
