using DePin.Sdk.Compute.Grammars.Matching;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Grammars;

/// <summary>The grammars that a model was last asked to follow, compiled for its vocabulary.</summary>
internal sealed class GrammarCache(Tokenizer tokenizer)
{
    private const int Capacity = 16;

    private readonly Lock _lock = new();
    private readonly Lazy<TokenTrie> _trie = new(() => TokenTrie.Create(tokenizer));
    private readonly LinkedList<(GrammarSource Source, CompiledGrammar Grammar)> _recent = [];

    /// <exception cref="GrammarException">The source is malformed or not supported.</exception>
    public CompiledGrammar Find(GrammarSource source) => FindKnown(source) ?? Keep(source, source.Parse().Compile(_trie.Value));

    private CompiledGrammar? FindKnown(GrammarSource source)
    {
        lock (_lock)
        {
            for (var node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Source == source)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Grammar;
                }
            }
        }

        return null;
    }

    private CompiledGrammar Keep(GrammarSource source, CompiledGrammar grammar)
    {
        lock (_lock)
        {
            if (FindKnown(source) is { } known)
            {
                return known;
            }

            _recent.AddFirst((source, grammar));
            if (_recent.Count > Capacity)
            {
                _recent.RemoveLast();
            }

            return grammar;
        }
    }
}
