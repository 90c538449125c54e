namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Which tokens a sequence gets at its ends.</summary>
internal readonly record struct SequenceEnds(bool AddsBegin, bool AddsEnd);
