using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Automata;

/// <summary>
/// A grammar as states of a pushdown automaton over bytes: what each state can read, which rules it calls, and whether its rule may
/// end there. From every state that is left, the end can be reached.
/// </summary>
internal sealed class GrammarAutomaton
{
    /// <summary>For so many bytes, states far from the end of a long repetition are alike.</summary>
    public const int Horizon = 32;

    private readonly AutomatonState[] _states;

    private GrammarAutomaton(AutomatonState[] states, AutomatonRule[] rules, byte[] classes, int classCount, int root)
    {
        _states = states;
        Rules = rules;
        Classes = classes;
        ClassCount = classCount;
        Root = root;
    }

    /// <summary>The rules; each calls at its very beginning only rules with a higher <see cref="AutomatonRule.Order"/>.</summary>
    public AutomatonRule[] Rules { get; }

    /// <summary>The class of each byte: bytes of one class lead to the same states from everywhere.</summary>
    public byte[] Classes { get; }

    public int ClassCount { get; }

    /// <summary>Index of the rule that a whole text must match.</summary>
    public int Root { get; }

    public ref readonly AutomatonState this[int state] => ref _states[state];

    /// <exception cref="GrammarException">The root matches no text, a rule calls itself at its beginning, or a bound is exceeded.</exception>
    public static GrammarAutomaton Create(IReadOnlyList<GrammarRule> rules, int root)
    {
        var raw = AutomatonBuilder.Build(rules);
        var productive = new StateMarks(raw, throughBytes: true);
        if (!productive.Rules[root])
        {
            throw new GrammarException($"No text matches the rule '{rules[root].Name}': it never ends, or needs a character out of an empty class.");
        }

        var nullable = new StateMarks(raw, throughBytes: false);
        var closures = new StateClosures(raw, productive, nullable);
        int[] order = LeftCalls.Order(raw, closures);
        bool[] recursive = CallCycles.Find(raw);
        var (classes, classCount) = ByteClasses.Find(raw);
        var states = closures.Freeze(classes);
        var frozen = new AutomatonRule[raw.Rules.Count];
        for (int i = 0; i < frozen.Length; i++)
        {
            frozen[i] = new AutomatonRule(raw.Rules[i].Start, order[i], recursive[i] || raw.Rules[i].HasLoop);
        }

        return new GrammarAutomaton(states, frozen, classes, classCount, root);
    }
}
