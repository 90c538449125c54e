namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>What an <see cref="AbiValue"/> holds.</summary>
public enum AbiValueForm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>An integer.</summary>
    Number,

    /// <summary>An address.</summary>
    Address,

    /// <summary>A bool.</summary>
    Boolean,

    /// <summary>Bytes, of fixed or any length.</summary>
    Bytes,

    /// <summary>A text.</summary>
    Text,

    /// <summary>The elements of an array or the parts of a tuple.</summary>
    List,
}
