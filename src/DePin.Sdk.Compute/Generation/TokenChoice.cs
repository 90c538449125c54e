namespace DePin.Sdk.Compute.Generation;

/// <summary>How likely the model held a token, and others in its place.</summary>
internal readonly record struct TokenChoice(int Token, float LogProbability, (int Token, float LogProbability)[] Likeliest);
