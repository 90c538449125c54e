namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>How a word of letters is made.</summary>
internal enum WordShape
{
    /// <summary><c>\p{L}+</c></summary>
    Letters,

    /// <summary><c>[\p{L}\p{M}]+</c></summary>
    LettersAndMarks,

    /// <summary>Capitals before small letters, as o200k has them.</summary>
    Cased,

    /// <summary><c>(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+</c></summary>
    LettersAcrossBlanks,
}
