using System.Globalization;
using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Grammars of numbers within bounds, digit by digit.</summary>
internal static class NumberGrammar
{
    private const long Largest = 999_999_999_999_999_999;
    private const int MostFractionDigits = 15;

    private static readonly GrammarNode Nothing = new ChoiceNode([]);
    private static readonly GrammarNode AnyFraction = GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text("."), Digits(1, MostFractionDigits)));

    /// <summary>Integers within bounds; a bound that is null stands for 18 digits.</summary>
    public static GrammarNode Integers(NumberBound? minimum, NumberBound? maximum)
    {
        decimal least = minimum is not { } low ? -Largest : Math.Ceiling(low.Value) + (low.IsExclusive && low.Value == Math.Floor(low.Value) ? 1 : 0);
        decimal most = maximum is not { } high ? Largest : Math.Floor(high.Value) - (high.IsExclusive && high.Value == Math.Floor(high.Value) ? 1 : 0);
        var options = new List<GrammarNode>();
        if (least < 0)
        {
            options.Add(GrammarNode.Sequence(GrammarNode.Text("-"), Between((long)Math.Max(1, -most), (long)-least)));
        }

        if (most >= 0)
        {
            options.Add(Between((long)Math.Max(0, least), (long)most));
        }

        return GrammarNode.Choice([.. options]);
    }

    /// <summary>Numbers within bounds, without exponents.</summary>
    public static GrammarNode Numbers(NumberBound? minimum, NumberBound? maximum)
    {
        var options = new List<GrammarNode>();
        var zero = new NumberBound(0, false);
        var top = new NumberBound(Largest, false);
        if (minimum is not { Value: >= 0 })
        {
            var low = maximum is { Value: < 0 } most ? most with { Value = -most.Value } : zero with { IsExclusive = true };
            var high = minimum is { } least ? least with { Value = -least.Value } : top;
            options.Add(GrammarNode.Sequence(GrammarNode.Text("-"), Magnitudes(low, high)));
        }

        if (maximum is not { Value: < 0 })
        {
            options.Add(Magnitudes(minimum is { Value: >= 0 } least ? least : zero, maximum ?? top));
        }

        return GrammarNode.Choice([.. options]);
    }

    /// <summary>Numbers with a bounded count of digits after the point.</summary>
    public static GrammarNode Fixed(GrammarNode integer, int digits) => digits == 0 ? integer
        : GrammarNode.Sequence(integer, GrammarNode.Optional(GrammarNode.Sequence(GrammarNode.Text("."), Digits(1, digits))));

    private static GrammarNode Magnitudes(NumberBound low, NumberBound high)
    {
        if (low.Value > high.Value || (low.Value == high.Value && (low.IsExclusive || high.IsExclusive)))
        {
            return Nothing;
        }

        var (lowWhole, lowDigits) = Split(low.Value);
        var (highWhole, highDigits) = Split(high.Value);
        if (lowWhole == highWhole)
        {
            int length = Math.Max(lowDigits.Length, highDigits.Length);
            string from = lowDigits.PadRight(length, '0');
            string to = highDigits.PadRight(length, '0');
            var fraction = FractionBetween(from, low.IsExclusive, to, high.IsExclusive);
            return GrammarNode.Sequence(
                Number(lowWhole),
                lowDigits.Length == 0 && !low.IsExclusive ? GrammarNode.Choice(GrammarNode.Empty, After(fraction)) : After(fraction));
        }

        return GrammarNode.Choice(
            GrammarNode.Sequence(Number(lowWhole), FractionFrom(lowDigits, low.IsExclusive)),
            lowWhole + 1 <= highWhole - 1 ? GrammarNode.Sequence(Between(lowWhole + 1, highWhole - 1), AnyFraction) : Nothing,
            GrammarNode.Sequence(Number(highWhole), FractionTo(highDigits, high.IsExclusive)));
    }

    private static (long Whole, string Digits) Split(decimal value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        int point = text.IndexOf('.', StringComparison.Ordinal);
        return ((long)decimal.Truncate(value), point < 0 ? "" : text[(point + 1)..].TrimEnd('0'));
    }

    private static GrammarNode After(GrammarNode digits) => GrammarNode.Sequence(GrammarNode.Text("."), digits);

    private static GrammarNode FractionFrom(string digits, bool isExclusive) => digits.Length == 0
        ? isExclusive ? After(Positive()) : AnyFraction
        : After(DigitsFrom(digits, isExclusive));

    private static GrammarNode FractionTo(string digits, bool isExclusive) => digits.Length == 0
        ? isExclusive ? Nothing : GrammarNode.Optional(GrammarNode.Text(".0"))
        : GrammarNode.Choice(GrammarNode.Empty, After(DigitsTo(digits, isExclusive)));

    /// <summary>Digits of a fraction that is not below another.</summary>
    private static GrammarNode DigitsFrom(string digits, bool isExclusive)
    {
        if (digits.AsSpan().IndexOfAnyExcept('0') < 0)
        {
            return isExclusive ? Positive() : Digits(0, MostFractionDigits);
        }

        return GrammarNode.Choice(
            GrammarNode.Sequence(Digit(digits[0]), DigitsFrom(digits[1..], isExclusive)),
            GrammarNode.Sequence(OneOf(digits[0] + 1, '9'), Digits(0, MostFractionDigits)));
    }

    /// <summary>Digits, one at least, of a fraction that is not above another; the other does not end with a zero.</summary>
    private static GrammarNode DigitsTo(string digits, bool isExclusive) => GrammarNode.Choice(
        GrammarNode.Sequence(OneOf('0', digits[0] - 1), Digits(0, MostFractionDigits)),
        GrammarNode.Sequence(Digit(digits[0]), MoreDigitsTo(digits[1..], isExclusive)));

    private static GrammarNode MoreDigitsTo(string digits, bool isExclusive)
    {
        digits = digits.TrimEnd('0');
        return digits.Length > 0 ? GrammarNode.Optional(DigitsTo(digits, isExclusive))
            : isExclusive ? Nothing : GrammarNode.Repeat(Digit('0'), 0, 3);
    }

    /// <summary>Digits, one at least, of a fraction between two others of the same length.</summary>
    private static GrammarNode FractionBetween(string from, bool fromIsExclusive, string to, bool toIsExclusive)
    {
        if (from.Length == 0)
        {
            return fromIsExclusive || toIsExclusive ? Nothing : Digit('0');
        }

        if (from[0] != to[0])
        {
            return GrammarNode.Choice(
                GrammarNode.Sequence(Digit(from[0]), DigitsFrom(from[1..], fromIsExclusive)),
                GrammarNode.Sequence(OneOf(from[0] + 1, to[0] - 1), Digits(0, MostFractionDigits)),
                GrammarNode.Sequence(Digit(to[0]), MoreDigitsTo(to[1..], toIsExclusive)));
        }

        bool mayStop = !fromIsExclusive && from.AsSpan(1).IndexOfAnyExcept('0') < 0 && (!toIsExclusive || to.AsSpan(1).IndexOfAnyExcept('0') >= 0);
        var rest = FractionBetween(from[1..], fromIsExclusive, to[1..], toIsExclusive);
        return GrammarNode.Sequence(Digit(from[0]), mayStop ? GrammarNode.Choice(GrammarNode.Empty, rest) : rest);
    }

    /// <summary>Integers from one to another that is not below it, neither negative.</summary>
    private static GrammarNode Between(long first, long last)
    {
        var options = new List<GrammarNode>();
        long power = 1;
        for (int length = 1; length <= 18; length++, power *= 10)
        {
            long low = Math.Max(first, length == 1 ? 0 : power);
            long high = Math.Min(last, (power * 10) - 1);
            if (low <= high)
            {
                options.Add(SameLength(Text(low), Text(high)));
            }
        }

        return GrammarNode.Choice([.. options]);
    }

    private static GrammarNode SameLength(string low, string high)
    {
        if (low.Length == 0)
        {
            return GrammarNode.Empty;
        }

        if (low[0] == high[0])
        {
            return GrammarNode.Sequence(Digit(low[0]), SameLength(low[1..], high[1..]));
        }

        int rest = low.Length - 1;
        string nines = new('9', rest);
        string zeros = new('0', rest);
        bool isWhole = low[1..] == zeros && high[1..] == nines;
        return isWhole
            ? GrammarNode.Sequence(OneOf(low[0], high[0]), Digits(rest, rest))
            : GrammarNode.Choice(
                GrammarNode.Sequence(Digit(low[0]), SameLength(low[1..], nines)),
                GrammarNode.Sequence(OneOf(low[0] + 1, high[0] - 1), Digits(rest, rest)),
                GrammarNode.Sequence(Digit(high[0]), SameLength(zeros, high[1..])));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static GrammarNode Number(long number) => GrammarNode.Text(Text(number));

    private static GrammarNode Digit(char digit) => GrammarNode.Text(digit.ToString());

    private static GrammarNode OneOf(int first, int last) => GrammarNode.Set(CharacterSet.Of((first, last)));

    private static GrammarNode Digits(int least, int most) => GrammarNode.Repeat(OneOf('0', '9'), least, most);

    private static GrammarNode Positive() => GrammarNode.Sequence(
        GrammarNode.Repeat(Digit('0'), 0, MostFractionDigits), OneOf('1', '9'), Digits(0, MostFractionDigits));
}
