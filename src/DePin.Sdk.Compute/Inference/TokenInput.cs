namespace DePin.Sdk.Compute.Inference;

/// <summary>One token of a batch.</summary>
/// <param name="Sequence">The sequence that the token belongs to.</param>
/// <param name="Token">The token's id.</param>
/// <param name="Position">Its position in the sequence: the number of tokens before it.</param>
/// <param name="WantsLogits">Whether the logits after this token are needed.</param>
/// <param name="WantsHidden">Whether the normalized hidden state of this token, from which the logits are made, is needed.</param>
public readonly record struct TokenInput(SequenceHandle Sequence, int Token, int Position, bool WantsLogits, bool WantsHidden = false);
