namespace DePin.Sdk.Compute.Grammars.Syntax;

/// <summary>A rule with its name.</summary>
internal readonly record struct GrammarRule(string Name, GrammarNode Body);
