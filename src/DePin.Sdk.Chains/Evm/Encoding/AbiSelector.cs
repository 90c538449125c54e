namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>What functions and errors share: a name, parameters, and the four bytes of a hash that name them in front of encoded values.</summary>
internal sealed class AbiSelector
{
    public const int SizeInBytes = 4;

    private readonly byte[] _bytes;

    public AbiSelector(string signature, bool allowIndexed = false)
    {
        (Name, var parameters) = AbiSignatureParser.ReadSignature(signature, allowIndexed);
        Parameters = parameters;
        Types = TupleOf(parameters);
        Canonical = Name + Types.Name;
        Hash = Hash32.Keccak(System.Text.Encoding.ASCII.GetBytes(Canonical));
        _bytes = Hash.ToArray()[..SizeInBytes];
    }

    public string Name { get; }

    public IReadOnlyList<AbiParameter> Parameters { get; }

    public AbiType Types { get; }

    public string Canonical { get; }

    public Hash32 Hash { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    public static AbiType TupleOf(IReadOnlyList<AbiParameter> parameters)
    {
        try
        {
            return AbiType.Tuple([.. parameters.Select(parameter => parameter.Type)]);
        }
        catch (ArgumentException problem)
        {
            throw new EvmFormatException("The parameters would take more than 1 MiB.", 0, problem);
        }
    }

    public byte[] Encode(AbiValue[] values) => Types.Encode(_bytes, values);

    public bool Matches(ReadOnlySpan<byte> data) => data.StartsWith(_bytes);

    public AbiValue[] Decode(ReadOnlySpan<byte> data) => Matches(data)
        ? AbiDecoder.Decode(Types, data, SizeInBytes)
        : throw new EvmFormatException($"The selector is not that of {Canonical}.", 0);
}
