namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>The grammar of JSON texts (RFC 8259), bounded where a model could go on without end for nothing.</summary>
internal static class JsonText
{
    /// <summary>
    /// Between the parts stands one space at most. Escapes of surrogates are left out, since one alone is no character; numbers are kept
    /// to what fits 64 bits. Names of additional properties hold no escapes, so that none can be a declared name in disguise.
    /// Formats are those of JSON Schema (RFC 3339, 4122, 5321, 1123, 3986), or the plainer part of them.
    /// </summary>
    public const string Rules =
        """
        value ::= object | array | string | number | "true" | "false" | "null"
        object ::= "{" space (member ("," space member)*)? space "}"
        member ::= string ":" space value
        array ::= "[" space (value ("," space value)*)? space "]"
        string ::= "\"" char* "\""
        char ::= [^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" ([0-9a-cefA-CEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2}))
        name-char ::= [^"\\\x00-\x1F]
        number ::= integer ("." [0-9]{1,16})? ([eE] [-+]? [0-9]{1,2})?
        integer ::= "-"? ("0" | [1-9] [0-9]{0,17})
        space ::= " "?

        date ::= year "-" (month-31 "-" ("0" [1-9] | [12] [0-9] | "3" [01]) | month-30 "-" ("0" [1-9] | [12] [0-9] | "30") | "02-" ("0" [1-9] | "1" [0-9] | "2" [0-8])) |
            ([0-9] [0-9] fours | fours "00") "-02-29"
        year ::= "000" [1-9] | "00" [1-9] [0-9] | "0" [1-9] [0-9]{2} | [1-9] [0-9]{3}
        fours ::= "0" [48] | [2468] [048] | [13579] [26]
        month-31 ::= "0" [13578] | "1" [02]
        month-30 ::= "0" [469] | "11"
        clock ::= ([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9]
        time ::= clock ":" [0-5] [0-9] ("." [0-9]{1,7})? ("Z" | [-+] clock)
        date-time ::= date "T" time
        duration ::= "P" (count "W" | day-part ("T" hour-part)? | "T" hour-part)
        day-part ::= count "Y" (count "M" (count "D")?)? | count "M" (count "D")? | count "D"
        hour-part ::= count "H" (count "M" (count "S")?)? | count "M" (count "S")? | count "S"
        count ::= "0" | [1-9] [0-9]{0,4}
        uuid ::= hex{8} "-" hex{4} "-" hex{4} "-" hex{4} "-" hex{12}
        hex ::= [0-9a-fA-F]
        email ::= atom ("." atom){0,7} "@" label ("." label){1,7}
        atom ::= [A-Za-z0-9_+] [A-Za-z0-9_+-]{0,15}
        hostname ::= label ("." label){0,7}
        label ::= [A-Za-z0-9] ([A-Za-z0-9-]{0,28} [A-Za-z0-9])?
        ipv4 ::= octet "." octet "." octet "." octet
        octet ::= "25" [0-5] | "2" [0-4] [0-9] | "1" [0-9] [0-9] | [1-9]? [0-9]
        ipv6 ::= group (":" group){7} | "::" (group (":" group){0,6})?
        group ::= hex{1,4}
        uri ::= [a-z] [a-z0-9+.-]{1,15} "://" hostname (":" [1-9] [0-9]{0,3})? ("/" uri-char{0,64}){0,16} ("?" (uri-char | [/?]){0,256})? ("#" (uri-char | [/?]){0,64})?
        uri-char ::= [A-Za-z0-9._~!$&'()*+,;=:@-] | "%" hex hex
        """;

    /// <summary>Formats, each with a rule of its name.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["date", "time", "date-time", "duration", "uuid", "email", "hostname", "ipv4", "ipv6", "uri"];
}
