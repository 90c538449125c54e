using System.Security.Cryptography;

namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>AES in counter mode (NIST SP 800-38A, 6.5) with a counter of 128 bits that starts at the IV and wraps around.</summary>
internal static class AesCounter
{
    private const int BlockSize = 16;

    /// <summary>Encrypts, or decrypts, which is the same.</summary>
    public static void Transform(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        using var aes = Aes.Create();
        aes.SetKey(key);
        Span<byte> counter = stackalloc byte[BlockSize], stream = stackalloc byte[BlockSize];
        iv.CopyTo(counter);
        try
        {
            for (int i = 0; i < source.Length; i += BlockSize)
            {
                aes.EncryptEcb(counter, stream, PaddingMode.None);
                for (int k = 0; k < BlockSize && i + k < source.Length; k++)
                {
                    destination[i + k] = (byte)(source[i + k] ^ stream[k]);
                }

                for (int k = BlockSize - 1; k >= 0 && ++counter[k] == 0; k--)
                {
                }
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stream);
        }
    }
}
