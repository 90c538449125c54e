using DePin.Sdk.Compute.Grammars.Syntax;

namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Rules in the making; some may refer to others that are not defined yet.</summary>
internal sealed class RuleSet
{
    private readonly List<GrammarRule> _rules;
    private readonly Dictionary<string, int> _named;

    public RuleSet(List<GrammarRule> rules)
    {
        _rules = rules;
        _named = rules.Index().ToDictionary(r => r.Item.Name, r => r.Index, StringComparer.Ordinal);
    }

    public IReadOnlyList<GrammarRule> Rules => _rules;

    /// <summary>One of the rules that were there from the beginning.</summary>
    public RuleNode this[string name] => new(_named[name]);

    /// <summary>Adds a rule that is to be defined later.</summary>
    public RuleNode Add(string name)
    {
        if (_rules.Count == GrammarLimits.Rules)
        {
            throw new GrammarException($"The schema needs more than {GrammarLimits.Rules} rules.", "");
        }

        _rules.Add(new GrammarRule(name, GrammarNode.Empty));
        return new RuleNode(_rules.Count - 1);
    }

    public void Define(int rule, GrammarNode body) => _rules[rule] = _rules[rule] with { Body = body };

    /// <summary>Adds a rule for a part that is used in several places.</summary>
    public RuleNode Share(GrammarNode body)
    {
        var rule = Add("");
        Define(rule.Rule, body);
        return rule;
    }
}
