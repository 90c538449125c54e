namespace DePin.Sdk.Jobs;

/// <summary>The kinds of job that the SDK itself knows; others may be added by name.</summary>
public static class JobKinds
{
    /// <summary>A conversation with a language model; payload <c>ChatJob</c>, outputs <c>ChatDelta</c>.</summary>
    public const string Chat = "chat";

    /// <summary>Text to vectors; payload <c>EmbeddingJob</c>, outputs <c>EmbeddingDelta</c>.</summary>
    public const string Embeddings = "embeddings";
}
