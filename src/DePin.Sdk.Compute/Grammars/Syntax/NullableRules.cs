namespace DePin.Sdk.Compute.Grammars.Syntax;

/// <summary>Knows which rules match the empty text.</summary>
internal sealed class NullableRules
{
    private readonly bool[] _isNullable;

    public NullableRules(IReadOnlyList<GrammarRule> rules)
    {
        _isNullable = new bool[rules.Count];
        var users = new List<int>[rules.Count];
        var queue = new Queue<int>();
        for (int i = 0; i < rules.Count; i++)
        {
            users[i] = [];
            queue.Enqueue(i);
        }

        for (int i = 0; i < rules.Count; i++)
        {
            AddUser(rules[i].Body, i, users);
        }

        while (queue.TryDequeue(out int rule))
        {
            if (!_isNullable[rule] && Contains(rules[rule].Body))
            {
                _isNullable[rule] = true;
                users[rule].ForEach(queue.Enqueue);
            }
        }
    }

    /// <summary>Whether a part matches the empty text.</summary>
    public bool Contains(GrammarNode node) => node switch
    {
        LiteralNode literal => literal.Value.Length == 0,
        SequenceNode sequence => sequence.Parts.All(Contains),
        ChoiceNode choice => choice.Options.Any(Contains),
        RepeatNode repeat => repeat.Least == 0 || Contains(repeat.Body),
        RuleNode rule => _isNullable[rule.Rule],
        _ => false,
    };

    private static void AddUser(GrammarNode node, int user, List<int>[] users)
    {
        switch (node)
        {
            case SequenceNode sequence:
                foreach (var part in sequence.Parts)
                {
                    AddUser(part, user, users);
                }

                break;
            case ChoiceNode choice:
                foreach (var option in choice.Options)
                {
                    AddUser(option, user, users);
                }

                break;
            case RepeatNode repeat:
                AddUser(repeat.Body, user, users);
                break;
            case RuleNode rule when users[rule.Rule] is not [.., var last] || last != user:
                users[rule.Rule].Add(user);
                break;
        }
    }
}
