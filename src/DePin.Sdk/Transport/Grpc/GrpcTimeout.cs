using System.Globalization;

namespace DePin.Sdk.Transport.Grpc;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit (PROTOCOL-HTTP2.md).</summary>
internal static class GrpcTimeout
{
    public const string Header = "grpc-timeout";

    private const long MaxNumber = 99_999_999;

    public static string Format(TimeSpan timeout)
    {
        // Rounded up, so that the other side never gives up before this one.
        long microseconds = (timeout.Ticks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;
        var (number, unit) = microseconds <= MaxNumber ? (microseconds, 'u')
            : RoundUp(microseconds, 1_000) <= MaxNumber ? (RoundUp(microseconds, 1_000), 'm')
            : (Math.Min(RoundUp(microseconds, 1_000_000), MaxNumber), 'S');
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(number, 1)}{unit}");
    }

    public static bool TryParse(string text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > 9 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            return false;
        }

        long? ticksPerUnit = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => null,
        };
        if (ticksPerUnit is not { } ticks)
        {
            return false;
        }

        // Eight digits of hours do not overflow 64 bits of ticks.
        timeout = TimeSpan.FromTicks(ticks == 0 ? number / 100 : number * ticks);
        return true;
    }

    private static long RoundUp(long value, long divisor) => (value + divisor - 1) / divisor;
}
