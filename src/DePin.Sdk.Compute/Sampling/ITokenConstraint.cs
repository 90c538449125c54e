namespace DePin.Sdk.Compute.Sampling;

/// <summary>Says which tokens may come next in an answer, for example by a grammar.</summary>
internal interface ITokenConstraint
{
    /// <summary>Whether no text may follow, so that the answer is at its end.</summary>
    bool IsFinished { get; }

    /// <summary>Whether a token may come next; the same that <see cref="Apply"/> says of all tokens.</summary>
    bool Allows(int token);

    /// <summary>Sets the logits of tokens that may not come next to negative infinity; one at least must remain.</summary>
    void Apply(Span<float> logits);

    /// <summary>Tells of the token that was chosen, of those that were allowed.</summary>
    void Accept(int token);
}
