namespace DePin.Sdk.Compute.Grammars.Syntax;

/// <summary>Finds the rules that the root comes to.</summary>
internal static class ReachableRules
{
    public static bool[] Find(IReadOnlyList<GrammarRule> rules, int root)
    {
        bool[] reached = new bool[rules.Count];
        var parts = new Stack<GrammarNode>();
        Reach(root);
        while (parts.TryPop(out var part))
        {
            switch (part)
            {
                case SequenceNode sequence:
                    foreach (var inner in sequence.Parts)
                    {
                        parts.Push(inner);
                    }

                    break;
                case ChoiceNode choice:
                    foreach (var inner in choice.Options)
                    {
                        parts.Push(inner);
                    }

                    break;
                case RepeatNode repeat:
                    parts.Push(repeat.Body);
                    break;
                case RuleNode rule:
                    Reach(rule.Rule);
                    break;
            }
        }

        return reached;

        void Reach(int rule)
        {
            if (!reached[rule])
            {
                reached[rule] = true;
                parts.Push(rules[rule].Body);
            }
        }
    }
}
