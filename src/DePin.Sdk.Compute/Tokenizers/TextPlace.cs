namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>Where a piece of plain text stands.</summary>
internal enum TextPlace
{
    /// <summary>At the beginning.</summary>
    Start,

    /// <summary>After a marker.</summary>
    AfterMarker,

    /// <summary>After other text, which it continues.</summary>
    Inside,
}
