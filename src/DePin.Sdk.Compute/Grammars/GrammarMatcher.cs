using DePin.Sdk.Compute.Grammars.Matching;

namespace DePin.Sdk.Compute.Grammars;

/// <summary>Follows one text, token by token, and says which tokens may come next.</summary>
/// <remarks>
/// A token may come exactly when the grammar has a text that begins with what was accepted and the bytes of the token. Tokens that
/// end an answer may come exactly when the text is complete. Not thread-safe.
/// </remarks>
public sealed class GrammarMatcher
{
    private readonly CompiledGrammar _grammar;
    private readonly List<Configuration> _before;
    private Configuration _current;
    private bool _hasEnded;

    /// <summary>Creates a matcher at the beginning of a text.</summary>
    /// <param name="grammar">The grammar.</param>
    public GrammarMatcher(CompiledGrammar grammar)
    {
        ArgumentNullException.ThrowIfNull(grammar);
        _grammar = grammar;
        _current = grammar.Start();
        _before = new List<Configuration>(256);
    }

    private GrammarMatcher(GrammarMatcher source)
    {
        _grammar = source._grammar;
        _current = source._current;
        _hasEnded = source._hasEnded;
        _before = [.. source._before];
    }

    /// <summary>The grammar.</summary>
    public CompiledGrammar Grammar => _grammar;

    /// <summary>How many tokens were accepted.</summary>
    public int AcceptedCount => _before.Count;

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete => _current.IsComplete;

    /// <summary>Whether the text must end here, or has ended.</summary>
    public bool IsFinished => _hasEnded || _current.Items.Length == 0;

    /// <summary>Whether a token may come next; changes nothing.</summary>
    /// <param name="token">A token of the vocabulary.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public bool Allows(int token)
    {
        Check(token);
        return _grammar.Trie.IsEnd(token) ? IsComplete && !_hasEnded : !ReferenceEquals(StepTo(token), Configuration.Dead);
    }

    /// <summary>Accepts a token if it may come next.</summary>
    /// <param name="token">A token of the vocabulary.</param>
    /// <returns>False if it may not come; nothing has changed then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public bool TryAccept(int token)
    {
        Check(token);
        if (_grammar.Trie.IsEnd(token))
        {
            if (_hasEnded || !IsComplete)
            {
                return false;
            }

            _before.Add(_current);
            _hasEnded = true;
            return true;
        }

        var next = StepTo(token);
        if (ReferenceEquals(next, Configuration.Dead))
        {
            return false;
        }

        _before.Add(_current);
        _current = next;
        return true;
    }

    /// <summary>Writes which tokens may come next.</summary>
    /// <param name="allowed">
    /// One bit for each token, the lowest bit of the first word for token 0; at least <see cref="CompiledGrammar.MaskLength"/> words,
    /// of which those beyond are set to 0.
    /// </param>
    /// <exception cref="ArgumentException">The span is too short.</exception>
    public void FillMask(Span<ulong> allowed)
    {
        if (allowed.Length < _grammar.MaskLength)
        {
            throw new ArgumentException($"A mask for {_grammar.VocabularySize} tokens has {_grammar.MaskLength} words, not {allowed.Length}.", nameof(allowed));
        }

        if (_hasEnded)
        {
            allowed.Clear();
            return;
        }

        var mask = _grammar.MaskOf(_current);
        mask.CopyTo(allowed);
        allowed[mask.Length..].Clear();
        if (IsComplete)
        {
            foreach (int end in _grammar.Trie.Ends)
            {
                allowed[end >> 6] |= 1UL << end;
            }
        }
    }

    /// <summary>Takes back the last tokens that were accepted.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer were accepted, or the number is negative.</exception>
    public void Rollback(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _before.Count);
        if (count > 0)
        {
            _current = _before[^count];
            _before.RemoveRange(_before.Count - count, count);
            _hasEnded = false;
        }
    }

    /// <summary>Makes a matcher that stands where this one does and goes its own way from there.</summary>
    /// <returns>The other matcher.</returns>
    public GrammarMatcher Clone() => new(this);

    /// <summary>Finds the bytes that must come next, where only one continuation exists; changes nothing.</summary>
    /// <remarks>They may be encoded and taken for a draft: whichever way the model cuts them into tokens, they are what it must write.</remarks>
    /// <param name="destination">Where the bytes go; also bounds how many are looked for.</param>
    /// <returns>How many bytes must come; 0 if there is a choice, or the text may end here.</returns>
    public int CopyForcedBytes(Span<byte> destination)
    {
        var at = _hasEnded ? Configuration.Dead : _current;
        int count = 0;
        Span<byte> one = stackalloc byte[1];
        while (count < destination.Length && !at.IsComplete && _grammar.OnlyByte(at) is var only and >= 0)
        {
            one[0] = destination[count++] = (byte)only;
            at = _grammar.Step(at, one);
        }

        return count;
    }

    private Configuration StepTo(int token)
    {
        var bytes = _grammar.Trie.BytesOf(token);
        return _hasEnded || bytes.IsEmpty ? Configuration.Dead : _grammar.Step(_current, bytes);
    }

    private void Check(int token)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, _grammar.VocabularySize);
    }
}
