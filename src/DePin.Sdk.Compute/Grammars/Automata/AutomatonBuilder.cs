using System.Text;
using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>Turns rules into states over bytes of UTF-8.</summary>
internal sealed class AutomatonBuilder
{
    // Up to so many copies, and states in them, a repetition is written out; beyond, it becomes a chain of calls to one copy.
    private const int InlineCopies = 8;
    private const int InlineStates = 64;

    private readonly RawAutomaton _automaton = new();
    private readonly Queue<(GrammarNode Body, RawRule Rule)> _pending = new();
    private readonly Dictionary<GrammarNode, int> _bodies = new(ReferenceEqualityComparer.Instance);
    private readonly NullableRules _nullable;

    private AutomatonBuilder(IReadOnlyList<GrammarRule> rules) => _nullable = new NullableRules(rules);

    public static RawAutomaton Build(IReadOnlyList<GrammarRule> rules)
    {
        var builder = new AutomatonBuilder(rules);
        foreach (var rule in rules)
        {
            builder.AddRule(rule.Name, rule.Body);
        }

        while (builder._pending.TryDequeue(out var next))
        {
            builder.Add(next.Body, next.Rule.Start, next.Rule.End, next.Rule);
        }

        builder._automaton.Freeze();
        return builder._automaton;
    }

    private int AddRule(string? name, GrammarNode body)
    {
        var rule = new RawRule(name, _automaton.AddState(), _automaton.AddState());
        _automaton.Rules.Add(rule);
        _pending.Enqueue((body, rule));
        return _automaton.Rules.Count - 1;
    }

    /// <summary>Adds what leads from one state to another; nothing else leaves the former or enters the latter through it.</summary>
    private void Add(GrammarNode node, int from, int to, RawRule rule)
    {
        switch (node)
        {
            case LiteralNode literal:
                AddLiteral(literal.Value, from, to);
                break;
            case CharactersNode characters:
                AddCharacters(characters.Value, from, to);
                break;
            case SequenceNode { Parts.Count: 0 }:
                _automaton.AddEmpty(from, to);
                break;
            case SequenceNode sequence:
                for (int i = 0; i < sequence.Parts.Count; i++)
                {
                    int next = i == sequence.Parts.Count - 1 ? to : _automaton.AddState();
                    Add(sequence.Parts[i], from, next, rule);
                    from = next;
                }

                break;
            case ChoiceNode choice:
                foreach (var option in choice.Options)
                {
                    Add(option, from, to, rule);
                }

                break;
            case RuleNode called:
                _automaton.AddCall(from, called.Rule, to, maySkip: true);
                break;
            case RepeatNode repeat:
                AddRepeat(repeat, from, to, rule);
                break;
            default:
                throw new InvalidOperationException($"A grammar cannot hold a {node.GetType().Name}.");
        }
    }

    private void AddLiteral(string text, int from, int to)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length == 0)
        {
            _automaton.AddEmpty(from, to);
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            int next = i == bytes.Length - 1 ? to : _automaton.AddState();
            _automaton.AddBytes(from, bytes[i], bytes[i], next);
            from = next;
        }
    }

    private void AddCharacters(CharacterSet set, int from, int to)
    {
        // Sequences share the states behind their first byte wherever their remaining bytes are the same.
        var shared = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (first, last) in set.Ranges)
        {
            Utf8Ranges.Cut(first, last, (low, high) =>
            {
                int next = to;
                for (int i = low.Length - 1; i > 0; i--)
                {
                    string key = Convert.ToHexString(low.AsSpan(i)) + Convert.ToHexString(high.AsSpan(i));
                    if (!shared.TryGetValue(key, out int state))
                    {
                        state = _automaton.AddState();
                        shared.Add(key, state);
                        _automaton.AddBytes(state, low[i], high[i], next);
                    }

                    next = state;
                }

                _automaton.AddBytes(from, low[0], high[0], next);
            });
        }
    }

    private void AddRepeat(RepeatNode repeat, int from, int to, RawRule rule)
    {
        bool isNullable = _nullable.Contains(repeat.Body);
        int least = isNullable ? 0 : repeat.Least;
        if (repeat.Most is not { } most)
        {
            rule.HasLoop = true;
            int loop = least == 0 ? _automaton.AddState() : AddCopies(repeat.Body, least, from, rule, isNullable, firstOptional: least);
            if (least == 0)
            {
                _automaton.AddEmpty(from, loop);
            }

            Add(repeat.Body, loop, loop, rule);
            _automaton.AddEmpty(loop, to);
            return;
        }

        AddCopies(repeat.Body, most, from, rule, isNullable, least, to);
    }

    /// <summary>Adds copies one after the other; from <paramref name="firstOptional"/> on, the way to the end is open before each.</summary>
    private int AddCopies(GrammarNode body, int copies, int from, RawRule rule, bool isNullable, int firstOptional, int? end = null)
    {
        int before = _automaton.StateCount;
        int[] chain = new int[copies];
        bool isInline = copies <= InlineCopies;
        rule.HasLoop |= !isInline;
        int state = _automaton.AddState();
        _automaton.AddEmpty(from, state);
        for (int i = 0; i < copies; i++)
        {
            if (i >= firstOptional && end is { } exit)
            {
                _automaton.AddEmpty(state, exit);
            }

            chain[i] = state;
            state = _automaton.AddState();
            if (isInline)
            {
                Add(body, chain[i], state, rule);

                // Nested repetitions multiply; once the first copy proves large, the others become calls.
                isInline = _automaton.StateCount - before <= InlineStates;
            }
            else
            {
                _automaton.AddCall(chain[i], BodyRule(body), state, maySkip: !isNullable);
            }
        }

        if (end is { } last)
        {
            _automaton.AddEmpty(state, last);
        }

        // What is far from the end looks the same as what is at the beginning, for as many bytes as a token may have.
        for (int i = 1; i < copies; i++)
        {
            int first = i < firstOptional ? 0 : firstOptional;
            int bound = i < firstOptional ? firstOptional : copies;
            if (i > first && bound - i > GrammarAutomaton.Horizon)
            {
                _automaton.SetRepresentative(chain[i], chain[first]);
            }
        }

        return state;
    }

    private int BodyRule(GrammarNode body)
    {
        if (body is RuleNode called)
        {
            return called.Rule;
        }

        if (!_bodies.TryGetValue(body, out int rule))
        {
            rule = AddRule(null, body);
            _bodies.Add(body, rule);
        }

        return rule;
    }
}
