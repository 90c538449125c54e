using System.Text;
using System.Text.Json;
using DePin.Sdk.Compute.Grammars.Automata;
using DePin.Sdk.Compute.Grammars.Matching;
using DePin.Sdk.Compute.Grammars.Schemas;
using DePin.Sdk.Compute.Grammars.Syntax;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Grammars;

/// <summary>Describes the texts that a model may answer with.</summary>
/// <remarks>Immutable and safe for concurrent use. <see cref="Compile(Tokenizer)"/> makes it ready for a vocabulary.</remarks>
public sealed class Grammar
{
    private readonly GrammarAutomaton _automaton;

    private Grammar(IReadOnlyList<GrammarRule> rules, int root)
    {
        bool[] isReached = ReachableRules.Find(rules, root);
        UnreachableRules = [.. rules.Where((_, i) => !isReached[i]).Select(r => r.Name)];
        _automaton = GrammarAutomaton.Create([.. rules.Select((r, i) => isReached[i] ? r : r with { Body = GrammarNode.Empty })], root);
    }

    /// <summary>Any JSON value.</summary>
    public static Grammar JsonValue { get; } = SchemaCompiler.CompileAny(objectOnly: false);

    /// <summary>Any JSON object.</summary>
    public static Grammar Json { get; } = SchemaCompiler.CompileAny(objectOnly: true);

    /// <summary>Names of rules that no text of the root ever uses; often a slip in a name.</summary>
    public IReadOnlyList<string> UnreachableRules { get; private init; }

    /// <summary>Reads a grammar in llama.cpp's GBNF notation.</summary>
    /// <param name="gbnf">The text of the grammar.</param>
    /// <param name="root">The rule that a whole answer must match.</param>
    /// <returns>The grammar.</returns>
    /// <exception cref="GrammarException">
    /// The text is malformed, a rule is missing or calls itself at its beginning, nothing matches the root, or a bound is exceeded.
    /// </exception>
    public static Grammar Parse(string gbnf, string root = "root")
    {
        ArgumentNullException.ThrowIfNull(gbnf);
        ArgumentNullException.ThrowIfNull(root);
        var rules = GbnfParser.Parse(gbnf);
        int index = rules.FindIndex(r => r.Name == root);
        return index >= 0 ? new Grammar(rules, index) : throw new GrammarException($"There is no rule '{root}'; add a line '{root} ::= ...'.");
    }

    /// <summary>Makes a grammar of the JSON texts that a JSON schema accepts.</summary>
    /// <remarks>
    /// Every text of the grammar is valid under the schema. Not every valid text is in it: properties come in the order of the schema,
    /// between the parts stands one space at most, numbers have bounded lengths, and where a schema lists properties without
    /// <c>additionalProperties</c>, no others come.
    /// </remarks>
    /// <param name="schema">The schema.</param>
    /// <returns>The grammar.</returns>
    /// <exception cref="GrammarException">The schema is malformed, accepts nothing, or uses a keyword that is not supported.</exception>
    public static Grammar FromJsonSchema(JsonElement schema) => SchemaCompiler.Compile(schema);

    /// <summary>Makes the grammar ready for a vocabulary; worth keeping, since it learns by use.</summary>
    /// <param name="tokenizer">The tokenizer of the model.</param>
    /// <returns>The compiled grammar.</returns>
    public CompiledGrammar Compile(Tokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        return Compile(TokenTrie.Create(tokenizer));
    }

    /// <summary>Whether a whole text is one of the grammar's.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True if it is.</returns>
    public bool IsMatch(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var table = new ConfigurationTable(_automaton);
        var at = table.Start();
        foreach (byte value in Encoding.UTF8.GetBytes(text))
        {
            at = table.Step(at, _automaton.Classes[value]);
        }

        return at.IsComplete;
    }

    /// <summary>Makes a grammar of rules that no person wrote.</summary>
    internal static Grammar Create(IReadOnlyList<GrammarRule> rules, int root) => new(rules, root) { UnreachableRules = [] };

    internal CompiledGrammar Compile(TokenTrie trie) => new(_automaton, trie);
}
