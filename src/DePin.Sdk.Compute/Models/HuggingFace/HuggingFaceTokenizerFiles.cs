namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>What a tokenizer is read from in the Hugging Face layout.</summary>
/// <param name="TokenizerJson">The content of <c>tokenizer.json</c>.</param>
/// <param name="TokenizerConfig">The content of <c>tokenizer_config.json</c>; null when there is none.</param>
/// <param name="EndTokens">The tokens that end an answer, by <c>generation_config.json</c> or else <c>config.json</c>.</param>
/// <param name="VocabularySize">Rows of the embedding: the tokenizer has as many tokens, unused ones behind those that the file names.</param>
internal sealed record HuggingFaceTokenizerFiles(
    byte[] TokenizerJson, byte[]? TokenizerConfig, IReadOnlyList<int> EndTokens, int VocabularySize);
