namespace DePin.Sdk.Jobs;

/// <summary>What a job has used so far.</summary>
/// <param name="InputTokens">Tokens read: the prompt, or the texts to embed.</param>
/// <param name="OutputTokens">Tokens written.</param>
public readonly record struct JobUsage(long InputTokens, long OutputTokens);
