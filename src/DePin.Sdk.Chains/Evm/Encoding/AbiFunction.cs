namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>A function of a contract: encodes calls of it and decodes what it returns. Safe for several threads.</summary>
public sealed class AbiFunction
{
    private readonly AbiSelector _selector;
    private readonly AbiType _results;

    private AbiFunction(string signature, string results)
    {
        _selector = new AbiSelector(signature);
        Results = AbiSignatureParser.ReadParameterList(results);
        _results = AbiSelector.TupleOf(Results);
    }

    /// <summary>The name.</summary>
    public string Name => _selector.Name;

    /// <summary>The name and the types of the parameters, as hashed for the selector.</summary>
    public string Signature => _selector.Canonical;

    /// <summary>The parameters.</summary>
    public IReadOnlyList<AbiParameter> Parameters => _selector.Parameters;

    /// <summary>What it returns.</summary>
    public IReadOnlyList<AbiParameter> Results { get; }

    /// <summary>The four bytes that start a call.</summary>
    public ReadOnlySpan<byte> Selector => _selector.Bytes;

    /// <summary>Describes a function.</summary>
    /// <param name="signature">Its signature, for example <c>transfer(address to, uint256 value)</c>; a struct is a tuple of its types.</param>
    /// <param name="results">What it returns, for example <c>(bool)</c>.</param>
    /// <exception cref="EvmFormatException">The text is no signature.</exception>
    public static AbiFunction Parse(string signature, string results = "()") => new(signature, results);

    /// <summary>The data of a call.</summary>
    /// <exception cref="ArgumentException">A value does not fit its parameter.</exception>
    public byte[] EncodeCall(params AbiValue[] arguments) => _selector.Encode(arguments);

    /// <summary>The arguments of a call.</summary>
    /// <exception cref="EvmFormatException">The data is not a call of this function.</exception>
    public IReadOnlyList<AbiValue> DecodeCall(ReadOnlySpan<byte> data) => _selector.Decode(data);

    /// <summary>What a call returned.</summary>
    /// <exception cref="EvmFormatException">The data is not such results.</exception>
    public IReadOnlyList<AbiValue> DecodeResults(ReadOnlySpan<byte> data) => _results.Decode(data);
}
