using DePin.Sdk.Compute.Inference;

namespace DePin.Sdk.Compute.Generation;

/// <summary>What the scheduler is held to.</summary>
/// <param name="Budget">Priority of its thread, and pausing.</param>
/// <param name="MaxQueued">How many requests may wait for a place or for memory.</param>
/// <param name="PromptChunk">Most prompt tokens that a pass carries beside tokens of answers.</param>
/// <param name="CacheTokens">Most tokens that the prefix cache keeps; 0 for no cache.</param>
/// <param name="Drafter">Guesses tokens; null for no guesses. It is disposed with the scheduler.</param>
/// <param name="MaxDrafts">Most guesses for a sequence at a time.</param>
internal sealed record GenerationOptions(ComputeBudget Budget, int MaxQueued, int PromptChunk, long CacheTokens, IDrafter? Drafter = null, int MaxDrafts = 0);
