namespace DePin.Sdk.Compute.Tokenizers;

/// <summary>What a token is, numbered as in the format.</summary>
internal enum TokenKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}
