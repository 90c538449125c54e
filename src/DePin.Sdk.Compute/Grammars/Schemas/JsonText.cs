namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>The grammar of JSON texts (RFC 8259), bounded where a model could go on without end for nothing.</summary>
internal static class JsonText
{
    /// <summary>
    /// Between the parts stands one space at most. Escapes of surrogates are left out, since one alone is no character; numbers are kept
    /// to what fits 64 bits.
    /// </summary>
    public const string Rules =
        """
        value ::= object | array | string | number | "true" | "false" | "null"
        object ::= "{" space (member ("," space member)*)? space "}"
        member ::= string ":" space value
        array ::= "[" space (value ("," space value)*)? space "]"
        string ::= "\"" char* "\""
        char ::= [^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" ([0-9a-cefA-CEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}))
        number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?
        integer ::= "-"? ("0" | [1-9] [0-9]{0,17})
        space ::= " "?
        """;
}
