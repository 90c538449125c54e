using DePin.Sdk.Chains.Evm.TypedData;

namespace DePin.Sdk.Chains.Evm.Registry.Internal;

/// <summary>What a receipt key signs to say whose it is, so that nobody registers a key of somebody else.</summary>
internal readonly record struct ReceiptKeyProof(EvmAddress Provider, EvmAddress Key) : ITypedData
{
    public static Hash32 TypeHash { get; } = Hash32.Keccak("ReceiptKey(address provider,address key)"u8);

    public static int FieldCount => 2;

    public void WriteFields(Span<byte> words)
    {
        Provider.ToUInt256().WriteBigEndian(words);
        Key.ToUInt256().WriteBigEndian(words[32..]);
    }
}
