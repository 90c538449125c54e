using System.Runtime.CompilerServices;

namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Lengths in a message that is being written: seven bits a byte, low ones first.</summary>
internal static class CompactLength
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SizeOf(int length) => length < 0x80 ? 1 : length < 0x4000 ? 2 : 3;

    /// <returns>The bytes that were written.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, int length)
    {
        if (length < 0x80)
        {
            destination[0] = (byte)length;
            return 1;
        }

        int i = 0;
        for (; length >= 0x80; length >>= 7)
        {
            destination[i++] = (byte)(length | 0x80);
        }

        destination[i++] = (byte)length;
        return i;
    }
}
