namespace DePin.Sdk.Compute.Inference;

/// <summary>A token of a pass, with the state of its sequence.</summary>
internal readonly record struct PassToken(int Token, int Position, SequenceState State, BoundAdapter? Adapter, bool WantsLogits, bool WantsHidden);
