using System.Text;

namespace DePin.Sdk.Compute.Tests.Grammars;

/// <summary>A random grammar as text, and a slow matcher of it that shares nothing with the product's.</summary>
internal sealed class RandomGrammar
{
    private static readonly string[] Alphabet = ["a", "b", "c", "é", "€", "😀"];

    private readonly Random _random;
    private readonly List<(string Text, Reader Read)> _rules = [];
    private byte[] _input = [];
    private bool _reachedEnd;

    public RandomGrammar(Random random)
    {
        _random = random;
        int count = random.Next(1, 5);
        for (int i = 0; i < count; i++)
        {
            _rules.Add(("", null!));
        }

        for (int i = 0; i < count; i++)
        {
            // One option without rules gives each rule an end; a character before each reference keeps left recursion out.
            var (plain, readPlain) = Part(0, canCall: false);
            var (part, readPart) = Part(3, canCall: true);
            _rules[i] = ($"{plain} | {part}", at => readPlain(at).Union(readPart(at)));
        }

        Source = string.Join('\n', _rules.Select((r, i) => $"{(i == 0 ? "root" : $"r{i}")} ::= {r.Text}"));
    }

    private delegate IEnumerable<int> Reader(int at);

    public string Source { get; }

    /// <summary>Tokens of one to four bytes over the bytes of the alphabet, cut anywhere, and the token that ends a text.</summary>
    public static byte[][] Vocabulary(Random random, int count)
    {
        byte[] bytes = [.. Alphabet.SelectMany(Encoding.UTF8.GetBytes)];
        var tokens = bytes.Distinct().Select(b => new[] { b }).ToList();
        while (tokens.Count < count)
        {
            byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 4).Select(_ => Alphabet[random.Next(Alphabet.Length)])));
            int start = random.Next(text.Length);
            tokens.Add(text[start..Math.Min(text.Length, start + random.Next(1, 6))]);
        }

        return [[], .. tokens];
    }

    /// <summary>Whether a text of the grammar begins with these bytes, and whether they are one.</summary>
    public (bool IsPrefix, bool IsComplete) Check(byte[] input)
    {
        _input = input;
        _reachedEnd = false;
        bool isComplete = _rules[0].Read(0).ToList().Contains(input.Length);
        return (_reachedEnd || isComplete, isComplete);
    }

    private (string Text, Reader Read) Part(int depth, bool canCall)
    {
        switch (_random.Next(depth == 0 ? 2 : 7))
        {
            case 0:
                string literal = string.Concat(Enumerable.Range(0, _random.Next(1, 3)).Select(_ => Alphabet[_random.Next(Alphabet.Length)]));
                byte[] bytes = Encoding.UTF8.GetBytes(literal);
                return ($"\"{literal}\"", at => ReadBytes(bytes, at));
            case 1:
                return Set();
            case 2 when canCall:
                var (first, readFirst) = _random.Next(2) == 0 ? Set() : Part(0, canCall: false);
                int rule = _random.Next(_rules.Count);
                return ($"{first} {(rule == 0 ? "root" : $"r{rule}")}", at => readFirst(at).Distinct().ToList().SelectMany(i => _rules[rule].Read(i)).Distinct());
            case 3 or 4:
                var (left, readLeft) = Part(depth - 1, canCall);
                var (right, readRight) = Part(depth - 1, canCall);
                return ($"{left} {right}", at => readLeft(at).Distinct().ToList().SelectMany(i => readRight(i)).Distinct());
            case 5:
                var (one, readOne) = Part(depth - 1, canCall);
                var (other, readOther) = Part(depth - 1, canCall);
                return ($"({one} | {other})", at => readOne(at).Union(readOther(at)));
            default:
                var (body, readBody) = Part(depth - 1, canCall);
                return Repetition(body, readBody);
        }
    }

    private (string Text, Reader Read) Repetition(string body, Reader read)
    {
        int least = _random.Next(0, 4);
        int most = least + _random.Next(0, 14);
        var (sign, low, high) = _random.Next(5) switch
        {
            0 => ("*", 0, int.MaxValue),
            1 => ("+", 1, int.MaxValue),
            2 => ("?", 0, 1),
            3 => ($"{{{least},}}", least, int.MaxValue),
            _ => ($"{{{least},{most}}}", least, most),
        };
        return ($"({body}){sign}", at =>
        {
            var ends = new HashSet<int>();
            var current = new HashSet<int> { at };
            bool emptyBody = false;
            for (int count = 0; count <= high && current.Count > 0; count++)
            {
                if (count >= low || emptyBody)
                {
                    ends.UnionWith(current);
                }

                if (count >= low && count > _input.Length + 4)
                {
                    break;
                }

                var next = new HashSet<int>();
                if (count < high)
                {
                    foreach (int i in current)
                    {
                        next.UnionWith(read(i));
                    }
                }

                current = next;
            }

            return ends;
        });
    }

    private (string Text, Reader Read) Set()
    {
        string[] members = [.. Alphabet.Where(_ => _random.Next(3) == 0)];
        members = members.Length == 0 ? ["b"] : members;
        byte[][] encodings = [.. members.Select(Encoding.UTF8.GetBytes)];
        if (_random.Next(3) > 0)
        {
            return ($"[{string.Concat(members)}]", at => encodings.SelectMany(e => ReadBytes(e, at)).ToList());
        }

        return ($"[^{string.Concat(members)}]", at =>
        {
            var status = Rune.DecodeFromUtf8(_input.AsSpan(at), out _, out int length);
            if (status == System.Buffers.OperationStatus.NeedMoreData)
            {
                _reachedEnd = true;
            }

            return status == System.Buffers.OperationStatus.Done && !encodings.Any(e => _input.AsSpan(at, length).SequenceEqual(e)) ? [at + length] : [];
        });
    }

    private IEnumerable<int> ReadBytes(byte[] expected, int at)
    {
        var rest = _input.AsSpan(at);
        if (rest.Length < expected.Length)
        {
            _reachedEnd |= expected.AsSpan().StartsWith(rest);
            return [];
        }

        return rest.StartsWith(expected) ? [at + expected.Length] : [];
    }
}
