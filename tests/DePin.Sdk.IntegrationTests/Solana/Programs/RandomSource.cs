using System.Globalization;
using System.Text;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>Writes C functions at random whose results the standard defines: no overflow with sign, no shift too far, no division by zero, every loop ends.</summary>
internal sealed class RandomSource(int seed)
{
    private const int Helpers = 4;
    private const int Depth = 4;

    private static readonly string[] Operators = ["+", "-", "*", "&", "|", "^"];
    private static readonly string[] Comparisons = ["<", "<=", ">", ">=", "==", "!="];
    private static readonly string[] Narrow = ["u8", "u16", "u32"];
    private static readonly string[] Signed = ["i8", "i16", "i32", "i64"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _text = new("#include \"cases.h\"\n#pragma clang diagnostic ignored \"-Weverything\"\n\n");
    private int _callable;
    private int _loops;

    /// <summary>A C file with this many cases.</summary>
    public string Write(int cases)
    {
        for (int i = 0; i < Helpers; i++)
        {
            string body = Expression(Depth, "abcde");
            _text.Append(CultureInfo.InvariantCulture, $"static NOINLINE u64 helper_{i}(u64 a, u64 b, u64 c, u64 d, u64 e) {{ return {body} ^ a * 3 ^ b * 5 ^ c ^ d ^ e; }}\n\n");
            _callable = i + 1;
        }

        for (int i = 0; i < cases; i++)
        {
            _text.Append(CultureInfo.InvariantCulture, $"static u64 case_{i}(const u64 *in) {{\n    u64 a = in[0], b = in[1], c = in[2], d = in[3], e = 1;\n    u64 m[8] = {{a, b, c, d}};\n");
            WriteStatements(1, _random.Next(4, 9));
            _text.Append("    return a ^ b * 3 ^ c * 5 ^ d * 7 ^ e * 11 ^ m[0] ^ m[1] * 13 ^ m[5] ^ m[7];\n}\n\n");
        }

        string list = string.Join(", ", Enumerable.Range(0, cases).Select(static i => $"case_{i}"));
        return _text.Append(CultureInfo.InvariantCulture, $"const Case cases[] = {{{list}}};\nconst u64 case_count = {cases};\n").ToString();
    }

    private void WriteStatements(int level, int count)
    {
        string indent = new(' ', level * 4);
        for (int i = 0; i < count; i++)
        {
            int kind = _random.Next(level > 2 ? 3 : 5);
            string target = "abcde"[_random.Next(5)].ToString();
            switch (kind)
            {
                case 0:
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}{target} = {Expression(Depth)};\n");
                    break;
                case 1:
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}{target} {Pick(Operators)}= {Expression(Depth - 1)};\n");
                    break;
                case 2:
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}{(_random.Next(2) == 0 ? $"m[{Expression(1)} & 7]" : $"((u8 *)m)[{Expression(1)} & 63]")} = {Expression(2)};\n");
                    break;
                case 3:
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}if ({Condition(2)}) {{\n");
                    WriteStatements(level + 1, _random.Next(1, 4));
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}}} else {{\n");
                    WriteStatements(level + 1, _random.Next(1, 3));
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}}}\n");
                    break;
                default:
                    int loop = _loops++;
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}for (u64 step{loop} = 0; step{loop} < ({Expression(1)} & 7); step{loop}++) {{\n{indent}    e = (e ^ step{loop}) * 31;\n");
                    WriteStatements(level + 1, _random.Next(1, 3));
                    _text.Append(CultureInfo.InvariantCulture, $"{indent}    if ({Condition(1)}) {{\n{indent}        break;\n{indent}    }}\n{indent}}}\n");
                    break;
            }
        }
    }

    private string Expression(int depth, string? variables = null)
    {
        string Inner() => Expression(depth - 1, variables);
        if (depth == 0)
        {
            return _random.Next(4) != 0 ? (variables ?? "abcde")[_random.Next(5)].ToString() : Constant();
        }

        return _random.Next(13) switch
        {
            0 or 1 or 2 => $"({Inner()} {Pick(Operators)} {Inner()})",
            3 => $"({Inner()} << ({Inner()} & 63))",
            4 => $"({Inner()} >> ({Inner()} & 63))",
            5 => $"(u64)((i64){Inner()} >> ({Inner()} & 63))",
            6 => $"({Inner()} {(_random.Next(2) == 0 ? '/' : '%')} ({Inner()} | 1))",
            7 => $"(u64)({Pick(Narrow)})({Inner()})",
            8 => $"(u64)(i64)({Pick(Signed)})({Inner()})",
            9 => $"(u64)((u32)({Inner()}) {Pick(Operators)} (u32)({Inner()}))",
            10 => $"(u64)({Condition(depth - 1, variables)})",
            11 => $"({Condition(depth - 1, variables)} ? {Inner()} : {Inner()})",
            _ => _callable == 0 ? Inner() : $"helper_{_random.Next(_callable)}({Inner()}, {Expression(0, variables)}, {Inner()}, {Expression(0, variables)}, {Expression(0, variables)})",
        };
    }

    private string Condition(int depth, string? variables = null)
    {
        string type = _random.Next(2) == 0 ? string.Empty : $"({Pick(_random.Next(2) == 0 ? Signed : Narrow)})";
        return $"({type}({Expression(depth, variables)}) {Pick(Comparisons)} {type}({Expression(depth, variables)}))";
    }

    private string Constant() => _random.Next(3) switch
    {
        0 => $"{_random.Next(100)}ull",
        1 => $"0x{_random.Next():x}ull",
        _ => $"0x{(ulong)_random.NextInt64() << 1:x}ull",
    };

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
