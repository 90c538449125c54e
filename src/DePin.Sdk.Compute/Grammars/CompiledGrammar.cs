using DePin.Sdk.Compute.Grammars.Automata;
using DePin.Sdk.Compute.Grammars.Matching;

namespace DePin.Sdk.Compute.Grammars;

/// <summary>A grammar made ready for the vocabulary of one model; keeps what it has found out about which tokens may come where.</summary>
/// <remarks>Safe for concurrent use, by any number of matchers. What it keeps is bounded.</remarks>
public sealed class CompiledGrammar
{
    private readonly Lock _lock = new();
    private readonly GrammarAutomaton _automaton;
    private readonly ConfigurationTable _table;
    private readonly TokenMasks _masks;

    internal CompiledGrammar(GrammarAutomaton automaton, TokenTrie trie)
    {
        _automaton = automaton;
        Trie = trie;
        _table = new ConfigurationTable(automaton);
        _masks = new TokenMasks(automaton, _table, trie);
    }

    /// <summary>Number of tokens of the vocabulary.</summary>
    public int VocabularySize => Trie.VocabularySize;

    /// <summary>How many words of 64 bits a mask has.</summary>
    public int MaskLength => Trie.Words;

    internal TokenTrie Trie { get; }

    internal Configuration Start()
    {
        lock (_lock)
        {
            return _table.Start();
        }
    }

    /// <summary>Where bytes lead; the dead configuration if nowhere.</summary>
    internal Configuration Step(Configuration from, ReadOnlySpan<byte> bytes)
    {
        byte[] classes = _automaton.Classes;
        foreach (byte value in bytes)
        {
            from = Step(from, classes[value]);
            if (ReferenceEquals(from, Configuration.Dead))
            {
                break;
            }
        }

        return from;
    }

    /// <summary>The tokens that may come next, without those that end the answer.</summary>
    internal ReadOnlySpan<ulong> MaskOf(Configuration configuration)
    {
        if (configuration.Mask is { } known)
        {
            return known;
        }

        lock (_lock)
        {
            MakeRoom();
            return _masks.Find(configuration);
        }
    }

    /// <summary>The only byte that may come; -1 if there are several or none.</summary>
    internal int OnlyByte(Configuration configuration)
    {
        int only = -1;
        for (int value = 0; value < 256; value++)
        {
            if (!ReferenceEquals(Step(configuration, _automaton.Classes[value]), Configuration.Dead))
            {
                if (only >= 0)
                {
                    return -1;
                }

                only = value;
            }
        }

        return only;
    }

    private Configuration Step(Configuration from, byte byteClass)
    {
        if (ReferenceEquals(from, Configuration.Dead))
        {
            return from;
        }

        if (from.Next[byteClass] is { } known)
        {
            return known;
        }

        lock (_lock)
        {
            MakeRoom();
            return from.Next[byteClass] ??= _table.Step(from, byteClass);
        }
    }

    private void MakeRoom()
    {
        if (_table.IsFull || _masks.KeptBytes > GrammarLimits.CachedMaskBytes)
        {
            _table.Clear();
            _masks.KeptBytes = 0;
        }
    }
}
