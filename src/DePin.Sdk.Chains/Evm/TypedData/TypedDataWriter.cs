using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Evm.TypedData;

/// <summary>Writes fields one after another, a word each.</summary>
internal ref struct TypedDataWriter(Span<byte> words)
{
    private Span<byte> _rest = words;

    public void Write(EvmAddress value) => Write(value.ToUInt256());

    public void Write(UInt256 value)
    {
        value.WriteBigEndian(_rest);
        _rest = _rest[UInt256.SizeInBytes..];
    }

    public void Write(Hash32 value)
    {
        value.CopyTo(_rest);
        _rest = _rest[Hash32.SizeInBytes..];
    }

    public void Write(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_rest[24..], value);
        _rest = _rest[UInt256.SizeInBytes..];
    }
}
