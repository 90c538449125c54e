namespace DePin.Sdk.Chains.Evm.Encoding;

/// <summary>An event of a contract: makes filters for it and decodes its logs. Safe for several threads.</summary>
public sealed class AbiEvent
{
    private const int MaxIndexed = 3;

    private readonly AbiSelector _selector;
    private readonly AbiType _data;

    private AbiEvent(string signature)
    {
        _selector = new AbiSelector(signature, allowIndexed: true);
        if (Parameters.Count(parameter => parameter.IsIndexed) > MaxIndexed)
        {
            throw new EvmFormatException($"An event has at most {MaxIndexed} indexed parameters.", 0);
        }

        _data = AbiSelector.TupleOf([.. Parameters.Where(parameter => !parameter.IsIndexed)]);
    }

    /// <summary>The name.</summary>
    public string Name => _selector.Name;

    /// <summary>The name and the types of the parameters, as hashed for the first topic.</summary>
    public string Signature => _selector.Canonical;

    /// <summary>The parameters.</summary>
    public IReadOnlyList<AbiParameter> Parameters => _selector.Parameters;

    /// <summary>The first topic of its logs.</summary>
    public Hash32 Topic => _selector.Hash;

    /// <summary>Describes an event, for example <c>Transfer(address indexed from, address indexed to, uint256 value)</c>.</summary>
    /// <exception cref="EvmFormatException">The text is no signature, or has more than three indexed parameters.</exception>
    public static AbiEvent Parse(string signature) => new(signature);

    /// <summary>Decodes a log into values in the order of the parameters. An indexed text, bytes, array or struct is only there as its hash.</summary>
    /// <param name="topics">The log's topics.</param>
    /// <param name="data">The log's data.</param>
    /// <exception cref="EvmFormatException">The log is not of this event.</exception>
    public IReadOnlyList<AbiValue> Decode(ReadOnlySpan<Hash32> topics, ReadOnlySpan<byte> data)
    {
        if (topics.IsEmpty || topics[0] != Topic)
        {
            throw new EvmFormatException($"The first topic is not that of {Signature}.", 0);
        }

        int indexed = Parameters.Count - _data.Components.Count;
        if (topics.Length != indexed + 1)
        {
            throw new EvmFormatException($"{Signature} has {indexed + 1} topics, not {topics.Length}.", 0);
        }

        var rest = AbiDecoder.Decode(_data, data, 0);
        var values = new AbiValue[Parameters.Count];
        int nextTopic = 1;
        int nextValue = 0;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Parameters[i].IsIndexed ? ReadTopic(Parameters[i].Type, topics[nextTopic++]) : rest[nextValue++];
        }

        return values;
    }

    /// <summary>The topic that a filter asks for to find one value of an indexed parameter of an elementary type.</summary>
    /// <exception cref="ArgumentException">There is no such indexed parameter, or the value does not fit it.</exception>
    /// <exception cref="NotSupportedException">The parameter is an array or struct, whose topics are hashes of another encoding.</exception>
    public Hash32 EncodeTopic(string parameterName, AbiValue value)
    {
        var parameter = Parameters.FirstOrDefault(parameter => parameter.IsIndexed && parameter.Name == parameterName)
            ?? throw new ArgumentException($"{Signature} has no indexed parameter '{parameterName}'.", nameof(parameterName));
        return parameter.Type.Kind switch
        {
            AbiKind.Tuple or AbiKind.Array or AbiKind.FixedArray => throw new NotSupportedException($"Filters by a parameter of type {parameter.Type} are not supported."),
            AbiKind.Bytes => Hash32.Keccak(value.AsBytes()),
            AbiKind.Text => Hash32.Keccak(System.Text.Encoding.UTF8.GetBytes(value.AsText())),
            _ => new Hash32(AbiType.Tuple(parameter.Type).Encode(value)),
        };
    }

    private static AbiValue ReadTopic(AbiType type, Hash32 topic) => type.IsDynamic || type.Kind is AbiKind.Tuple or AbiKind.FixedArray
        ? topic
        : AbiDecoder.Decode(AbiType.Tuple(type), topic.ToArray(), 0)[0];
}
