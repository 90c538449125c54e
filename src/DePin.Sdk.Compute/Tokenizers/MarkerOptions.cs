namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>How a marker is found in text.</summary>
/// <param name="StripsLeft">Whether it takes the spaces before it.</param>
/// <param name="StripsRight">Whether it takes the spaces after it.</param>
/// <param name="IsSingleWord">Whether it only counts with no letter or digit beside it.</param>
internal readonly record struct MarkerOptions(bool StripsLeft, bool StripsRight, bool IsSingleWord = false);
