namespace DePin.Sdk.Compute.Generation;

/// <summary>How large a saved state may be.</summary>
/// <param name="Tokens">Most tokens.</param>
/// <param name="Bytes">Most bytes of the runner's part.</param>
/// <param name="VocabularySize">Number of tokens in the vocabulary.</param>
internal sealed record StateLimits(int Tokens, long Bytes, int VocabularySize);
