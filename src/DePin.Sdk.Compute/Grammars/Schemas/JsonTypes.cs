namespace DePin.Sdk.Compute.Grammars.Schemas;

/// <summary>Kinds of JSON values, as schemas tell them apart.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Integer = 8,
    Fraction = 16,
    Boolean = 32,
    Null = 64,
    Number = Integer | Fraction,
    Any = Object | Array | String | Number | Boolean | Null,
}
