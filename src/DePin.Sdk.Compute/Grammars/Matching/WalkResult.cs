namespace DePin.Sdk.Compute.Grammars.Matching;

/// <summary>What a walk over all tokens found.</summary>
/// <param name="Mask">A bit for each token that may come.</param>
/// <param name="Exits">Nodes of the tree at which the rule of the hole may have ended: tokens that go on there depend on what follows.</param>
internal sealed record WalkResult(ulong[] Mask, int[] Exits);
