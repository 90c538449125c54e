namespace DePin.Sdk.Compute.Tokenizers.HuggingFace;

/// <summary>Which words get a space in front.</summary>
internal enum SpacePrefix
{
    /// <summary>None.</summary>
    Never,

    /// <summary>The one that begins the text.</summary>
    First,

    /// <summary>All.</summary>
    Always,
}
