using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Lengths of messages that are planned or written. One above 65,535 is only ever planned: the transaction is refused for its size.</summary>
internal static class CompactLength
{
    public static int SizeOf(int length) => CompactU16.SizeInBytes((ushort)Math.Min(length, ushort.MaxValue));

    /// <returns>The bytes that were written.</returns>
    public static int Write(Span<byte> destination, int length) => CompactU16.Write(destination, (ushort)length);
}
