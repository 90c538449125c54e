namespace DePin.Sdk.Jobs;

/// <summary>What an embeddings job asks for.</summary>
/// <param name="Inputs">The texts, at least one.</param>
/// <param name="Dimensions">How long the vectors are to be; null for the model's own length.</param>
internal sealed record EmbeddingRequest(IReadOnlyList<string> Inputs, int? Dimensions);
