namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>A custom error of a contract. Safe for several threads.</summary>
public sealed class AbiError
{
    private readonly AbiSelector _selector;

    private AbiError(string signature) => _selector = new AbiSelector(signature);

    /// <summary>The name.</summary>
    public string Name => _selector.Name;

    /// <summary>The name and the types of the parameters, as hashed for the selector.</summary>
    public string Signature => _selector.Canonical;

    /// <summary>The parameters.</summary>
    public IReadOnlyList<AbiParameter> Parameters => _selector.Parameters;

    /// <summary>The four bytes that start its data.</summary>
    public ReadOnlySpan<byte> Selector => _selector.Bytes;

    /// <summary>Describes an error, for example <c>InsufficientBalance(uint256 available, uint256 required)</c>.</summary>
    /// <exception cref="EvmFormatException">The text is no signature.</exception>
    public static AbiError Parse(string signature) => new(signature);

    /// <summary>The data that a contract reverts with.</summary>
    /// <exception cref="ArgumentException">A value does not fit its parameter.</exception>
    public byte[] Encode(params AbiValue[] arguments) => _selector.Encode(arguments);

    /// <summary>The error's arguments.</summary>
    /// <exception cref="EvmFormatException">The data is not this error.</exception>
    public IReadOnlyList<AbiValue> Decode(ReadOnlySpan<byte> data) => _selector.Decode(data);
}
