namespace DePin.Sdk.Compute.Generation;

/// <summary>What one sequence has in a pass.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Tokens">How many of its own tokens are run.</param>
/// <param name="Drafts">How many guessed tokens follow them.</param>
/// <param name="FirstRow">Its first row of logits, or of hidden states.</param>
/// <param name="Rows">How many rows it gets: none while its prompt is not yet read to the end, unless hidden states are gathered.</param>
internal readonly record struct PassPart(GenerationSequence Sequence, int Tokens, int Drafts, int FirstRow, int Rows);
