namespace DePin.Sdk.Compute.Grammars.Syntax;

/// <summary>A part of the right side of a rule.</summary>
internal abstract class GrammarNode
{
    /// <summary>What matches the empty text only.</summary>
    public static GrammarNode Empty { get; } = new SequenceNode([]);

    public static GrammarNode Text(string text) => new LiteralNode(text);

    public static GrammarNode Set(CharacterSet set) => new CharactersNode(set);

    public static GrammarNode Sequence(params GrammarNode[] parts) => parts.Length == 1 ? parts[0] : new SequenceNode(parts);

    public static GrammarNode Choice(params GrammarNode[] options) => options.Length == 1 ? options[0] : new ChoiceNode(options);

    public static GrammarNode Optional(GrammarNode node) => new RepeatNode(node, 0, 1);

    /// <param name="node">What is repeated.</param>
    /// <param name="least">How often at least.</param>
    /// <param name="most">How often at most; null for no bound.</param>
    public static GrammarNode Repeat(GrammarNode node, int least, int? most) => new RepeatNode(node, least, most);
}

/// <summary>A text that matches itself.</summary>
internal sealed class LiteralNode(string text) : GrammarNode
{
    public string Value { get; } = text;
}

/// <summary>One character out of a set.</summary>
internal sealed class CharactersNode(CharacterSet set) : GrammarNode
{
    public CharacterSet Value { get; } = set;
}

/// <summary>One part after the other.</summary>
internal sealed class SequenceNode(IReadOnlyList<GrammarNode> parts) : GrammarNode
{
    public IReadOnlyList<GrammarNode> Parts { get; } = parts;
}

/// <summary>One of several; none of them means that nothing matches.</summary>
internal sealed class ChoiceNode(IReadOnlyList<GrammarNode> options) : GrammarNode
{
    public IReadOnlyList<GrammarNode> Options { get; } = options;
}

/// <summary>The same part again and again.</summary>
internal sealed class RepeatNode(GrammarNode body, int least, int? most) : GrammarNode
{
    public GrammarNode Body { get; } = body;

    public int Least { get; } = least;

    public int? Most { get; } = most;
}

/// <summary>Whatever another rule matches.</summary>
internal sealed class RuleNode(int rule) : GrammarNode
{
    /// <summary>Index of the rule.</summary>
    public int Rule { get; } = rule;
}
