using System.Text;

namespace DePin.Sdk.Compute.Tests;

/// <summary>Damages JSON at random: bytes, numbers, whole values and the structure.</summary>
internal static class JsonMutator
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "1", "-1", "2", "7", "8", "0.5", "-0.0", "1e308", "-1e400", "1e-320", "255", "65536", "2147483647", "2147483648", "4294967296",
        "9223372036854775807", "18446744073709551616", "NaN", "Infinity", "\"\"", "\"x\"", "\"\\ud800\"", "\"\\u0000\"", "\"../config.json\"", "[]", "{}", "[[[]]]", "[1,2]", "{\"a\":1}",
    ];

    /// <summary>A damaged copy of a piece of JSON, up to three changes away.</summary>
    public static byte[] Mutate(ReadOnlySpan<byte> json, Random random)
    {
        byte[] result = json.ToArray();
        for (int changes = random.Next(1, 4); changes > 0 && result.Length > 0; changes--)
        {
            result = Change(result, random);
        }

        return result;
    }

    private static byte[] Change(byte[] json, Random random)
    {
        int at = random.Next(json.Length);
        switch (random.Next(8))
        {
            case 0:
                json[at] ^= (byte)(1 << random.Next(8));
                return json;
            case 1:
                json[at] = (byte)random.Next(256);
                return json;
            case 2:
                return json[..at];
            case 3:
                return [.. json[..at], .. json[Math.Min(at + random.Next(1, 30), json.Length)..]];
            case 4:
                byte[] copy = json[at..Math.Min(at + random.Next(1, 60), json.Length)];
                int target = random.Next(json.Length);
                return [.. json[..target], .. copy, .. json[target..]];
            default:
                var (start, end) = FindValue(json, at);
                return [.. json[..start], .. Encoding.UTF8.GetBytes(Values[random.Next(Values.Length)]), .. json[end..]];
        }
    }

    /// <summary>The number, word or string that begins behind a place; an empty range where none does.</summary>
    private static (int Start, int End) FindValue(byte[] json, int at)
    {
        int start = at;
        while (start < json.Length && !IsWord(json[start]) && json[start] != (byte)'"')
        {
            start++;
        }

        int end = start;
        if (end < json.Length && json[end] == (byte)'"')
        {
            int close = Array.IndexOf(json, (byte)'"', end + 1);
            return (start, close < 0 ? json.Length : close + 1);
        }

        while (end < json.Length && IsWord(json[end]))
        {
            end++;
        }

        return (start, end);
    }

    private static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'+';
}
