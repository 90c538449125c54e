using System.Runtime.Intrinsics;
using DePin.Sdk.Compute.Sampling;

namespace DePin.Sdk.Compute.Grammars;

/// <summary>Holds an answer to a grammar.</summary>
internal sealed class GrammarConstraint : ITokenConstraint
{
    private readonly GrammarMatcher _matcher;
    private readonly ulong[] _mask;

    private GrammarConstraint(GrammarMatcher matcher)
    {
        _matcher = matcher;
        _mask = new ulong[matcher.Grammar.MaskLength];
    }

    public bool IsFinished => _matcher.IsFinished;

    /// <param name="grammar">The grammar.</param>
    /// <param name="answerSoFar">Tokens of the answer that are there already.</param>
    /// <exception cref="ArgumentException">The answer so far does not follow the grammar.</exception>
    public static GrammarConstraint Create(CompiledGrammar grammar, ReadOnlySpan<int> answerSoFar)
    {
        var matcher = new GrammarMatcher(grammar);
        foreach (int token in answerSoFar)
        {
            if (!matcher.TryAccept(token))
            {
                throw new ArgumentException(
                    "The assistant message that is to be continued does not follow the grammar; leave it out or change it.", nameof(answerSoFar));
            }
        }

        // Found here for the first time it costs the caller's thread, not the one that all sequences wait for.
        var constraint = new GrammarConstraint(matcher);
        matcher.FillMask(constraint._mask);
        return constraint;
    }

    public bool Allows(int token) => _matcher.Allows(token);

    public void Accept(int token)
    {
        if (!_matcher.TryAccept(token))
        {
            throw new InvalidOperationException("A token was chosen that the grammar does not allow.");
        }
    }

    public void Apply(Span<float> logits)
    {
        _matcher.FillMask(_mask);
        if (!_mask.AsSpan().ContainsAnyExcept(0UL))
        {
            throw new InferenceException(InferenceErrorCode.EngineFailure, "The vocabulary of the model has no token with which the grammar could go on.");
        }

        for (int i = 0; i < _mask.Length; i++)
        {
            var part = logits.Slice(i * 64, Math.Min(64, logits.Length - (i * 64)));
            if (_mask[i] == 0)
            {
                part.Fill(float.NegativeInfinity);
            }
            else if (_mask[i] != ulong.MaxValue)
            {
                Apply(part, _mask[i]);
            }
        }
    }

    private static void Apply(Span<float> logits, ulong allowed)
    {
        var bits = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        var refused = Vector256.Create(float.NegativeInfinity);
        int i = 0;
        for (; i <= logits.Length - 8; i += 8, allowed >>= 8)
        {
            // Where most tokens may come, most groups stay as they are, and need not be read.
            int eight = (int)(allowed & 0xFF);
            if (eight != 0xFF)
            {
                ref float first = ref logits[i];
                var isAllowed = Vector256.Equals(Vector256.Create(eight) & bits, bits).AsSingle();
                Vector256.ConditionalSelect(isAllowed, Vector256.LoadUnsafe(ref first), refused).StoreUnsafe(ref first);
            }
        }

        for (; i < logits.Length; i++, allowed >>= 1)
        {
            if ((allowed & 1) == 0)
            {
                logits[i] = float.NegativeInfinity;
            }
        }
    }
}
