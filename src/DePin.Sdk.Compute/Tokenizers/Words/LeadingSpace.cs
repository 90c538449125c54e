namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>Whether a run may begin with a space that is not of its set.</summary>
internal enum LeadingSpace
{
    /// <summary>None may.</summary>
    No,

    /// <summary><c> ?</c></summary>
    Blank,

    /// <summary><c>\s?</c></summary>
    Any,
}
