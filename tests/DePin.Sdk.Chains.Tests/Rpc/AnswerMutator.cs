using System.Text.Json;

namespace DePin.Sdk.Chains.Tests.Rpc;

/// <summary>Makes broken and hostile variants of a JSON text: its bytes are damaged, or a value is exchanged for one that a reader may trip over.</summary>
internal sealed class AnswerMutator
{
    private static readonly byte[][] Hostile = [.. new[]
    {
        "null", "true", "false", "0", "-1", "1e999", "-0", "123456789012345678901234567890", "1.5", "\"\"", "\"0x\"", "\"0x0\"", "\"0x00\"", "\"0x-1\"", "\"-0x1\"", "\"0xg\"", "\"0X1\"", "\"1\"", "\"0x1 \"",
        "\"0x10000000000000000\"", "\"0xffffffffffffffff\"", "[]", "{}", "[null]", "[[[[[[[[[[]]]]]]]]]]", "{\"\":{}}", "\"\\ud800\"", "\"\\u0000\"", "\"\\u0030x1\"", "\"latest\"",
        $"\"0x{new string('f', 64)}\"", $"\"0x{new string('f', 65)}\"", $"\"0x1{new string('0', 64)}\"", $"\"0x{new string('a', 63)}\"", $"\"0x{new string('0', 40)}\"", $"\"0x{new string('a', 4000)}\"",
        "{\"code\":3,\"message\":\"x\"}", "{\"code\":-32000,\"message\":\"nonce too low\",\"data\":\"0x08c379a0\"}", $"[{string.Join(',', Enumerable.Repeat("\"0x1\"", 50))}]",
        new string('[', 40) + new string(']', 40), "18446744073709551615", "18446744073709551616", "1e3", "9007199254740993.0", "\"11111111111111111111111111111111\"", $"\"{new string('z', 88)}\"",
        "[\"AAAA\",\"base64\"]", "[\"AAAA\",\"base58\"]", "[\"A=A\",\"base64\"]", "[\"\",\"base64+zstd\"]", "\"InstructionError\"", "{\"InstructionError\":[0,{\"Custom\":4294967296}]}", "{\"InstructionError\":[0]}",
        "{\"InstructionError\":[-1,\"InvalidArgument\"]}", "{\"Custom\":1}", "\"finalized\"", "{\"context\":{\"slot\":1},\"value\":null}",
    }.Select(System.Text.Encoding.UTF8.GetBytes)];

    private readonly byte[] _text;
    private readonly List<(int Start, int End)> _values = [];
    private readonly List<(int Start, int End)> _names = [];
    private readonly Random _random;

    public AnswerMutator(string text, int seed)
    {
        _text = System.Text.Encoding.UTF8.GetBytes(text);
        _random = new Random(seed);
        var reader = new Utf8JsonReader(_text);
        while (reader.Read())
        {
            int start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                _names.Add((start, start + reader.ValueSpan.Length + 2));
            }
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                var inner = reader;
                inner.Skip();
                _values.Add((start, (int)inner.BytesConsumed));
            }
            else if (reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                _values.Add((start, (int)reader.BytesConsumed));
            }
        }
    }

    public byte[] Next()
    {
        byte[] text = Mutate();
        return _random.Next(8) == 0 ? Damage(text) : text;
    }

    private byte[] Mutate()
    {
        var value = _values[_random.Next(_values.Count)];
        var other = _values[_random.Next(_values.Count)];
        var name = _names[_random.Next(_names.Count)];
        return _random.Next(7) switch
        {
            0 => Damage(_text),
            1 or 2 => Replace(value, Hostile[_random.Next(Hostile.Length)]),
            3 => Replace(value, _text.AsSpan(other.Start..other.End)),
            4 => Replace(name, "\"other\""u8),
            5 => Replace(name, [.. _text[name.Start..name.End], .. ":null,"u8, .. _text[name.Start..name.End]]),
            _ => Replace(value, Damage(_text[value.Start..value.End])),
        };
    }

    private byte[] Damage(byte[] text)
    {
        if (text.Length == 0)
        {
            return text;
        }

        int at = _random.Next(text.Length);
        int end = Math.Min(text.Length, at + 1 + _random.Next(8));
        return _random.Next(5) switch
        {
            0 => [.. text[..at], (byte)(text[at] ^ (1 << _random.Next(8))), .. text[(at + 1)..]],
            1 => [.. text[..at], .. text[end..]],
            2 => [.. text[..end], .. text[at..]],
            3 => [.. text[..at], (byte)_random.Next(256), .. text[at..]],
            _ => text[..at],
        };
    }

    private byte[] Replace((int Start, int End) place, ReadOnlySpan<byte> by) => [.. _text[..place.Start], .. by, .. _text[place.End..]];
}
