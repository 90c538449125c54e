namespace DePin.Sdk.Compute.Tokenizers.Words;

/// <summary>What a code point is to the regular expressions of pre-tokenizers.</summary>
[Flags]
internal enum CodePointClass : ushort
{
    /// <summary>Control, format, private or unassigned.</summary>
    None = 0,

    /// <summary><c>\p{Lu}</c> and <c>\p{Lt}</c>.</summary>
    Upper = 1,

    /// <summary><c>\p{Ll}</c>.</summary>
    Lower = 2,

    /// <summary><c>\p{Lm}</c> and <c>\p{Lo}</c>.</summary>
    Caseless = 4,

    /// <summary><c>\p{M}</c>.</summary>
    Mark = 8,

    /// <summary><c>\p{N}</c>.</summary>
    Number = 16,

    /// <summary><c>\p{Nd}</c>, which is also <c>\d</c>.</summary>
    Digit = 32,

    /// <summary><c>\p{P}</c>.</summary>
    Punctuation = 64,

    /// <summary><c>\p{S}</c>.</summary>
    Symbol = 128,

    /// <summary><c>\s</c>.</summary>
    Space = 256,

    /// <summary><c>\p{Pc}</c>, which with letters, marks and digits makes <c>\w</c>.</summary>
    Connector = 512,

    /// <summary><c>\p{L}</c>.</summary>
    Letter = Upper | Lower | Caseless,
}
