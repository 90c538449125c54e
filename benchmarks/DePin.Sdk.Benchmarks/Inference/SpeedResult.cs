namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Tokens a second of ours and of the peer, in one run.</summary>
/// <param name="Model">The model file's name.</param>
/// <param name="What">What was measured.</param>
/// <param name="Ours">Our median.</param>
/// <param name="Theirs">The peer's median; NaN without a peer.</param>
internal sealed record SpeedResult(string Model, string What, double Ours, double Theirs);
