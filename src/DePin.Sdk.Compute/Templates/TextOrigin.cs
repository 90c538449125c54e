namespace DePin.Sdk.Compute.Templates;

/// <summary>Who wrote a character of a prompt.</summary>
internal enum TextOrigin : byte
{
    /// <summary>The template: may form markers.</summary>
    Template,

    /// <summary>A message: never forms markers.</summary>
    Message,

    /// <summary>The message that generation is to continue.</summary>
    FinalMessage,
}
