namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>The hashes that stand for structs and arrays in the fields of another struct (EIP-712, <c>hashStruct</c> and <c>encodeData</c>). Nothing is allocated.</summary>
public static class TypedDataHash
{
    /// <summary>The hash of a struct: of its type's hash and its fields.</summary>
    /// <exception cref="ArgumentException">The type has no field, or more than <see cref="ITypedData.MaxFields"/>.</exception>
    public static Hash32 Struct<T>(in T value)
        where T : ITypedData
    {
        if (T.FieldCount is < 1 or > ITypedData.MaxFields)
        {
            throw new ArgumentException($"A type has 1 to {ITypedData.MaxFields} fields.", nameof(value));
        }

        Span<byte> fields = stackalloc byte[Hash32.SizeInBytes * (1 + T.FieldCount)];
        fields.Clear();
        T.TypeHash.CopyTo(fields);
        value.WriteFields(fields[Hash32.SizeInBytes..]);
        return Hash32.Keccak(fields);
    }

    /// <summary>The hash of an array of structs: of the hashes of its elements.</summary>
    /// <exception cref="ArgumentException">The type has no field, or more than <see cref="ITypedData.MaxFields"/>.</exception>
    public static Hash32 Array<T>(ReadOnlySpan<T> values)
        where T : ITypedData
    {
        var hash = default(Cryptography.Keccak256);
        Span<byte> word = stackalloc byte[Hash32.SizeInBytes];
        foreach (ref readonly var value in values)
        {
            Struct(value).CopyTo(word);
            hash.Append(word);
        }

        hash.GetHashAndReset(word);
        return new Hash32(word);
    }
}
