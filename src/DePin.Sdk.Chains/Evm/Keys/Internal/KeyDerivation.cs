using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using DePin.Sdk.Chains.Cryptography.Internal;

namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>What a key file says about its key: the function, its parameters and salt, all within the limits.</summary>
internal sealed record KeyDerivation(EvmKeyDerivation Function, byte[] Salt, int Cost, int BlockSize = 0, int Parallelization = 0)
{
    /// <summary>Half for the cipher, half for the checksum.</summary>
    public const int KeySizeInBytes = 32;

    public static KeyDerivation ForNewFile(EvmKeyStoreOptions options)
    {
        var salt = RandomNumberGenerator.GetBytes(32);
        return options.Derivation == EvmKeyDerivation.Scrypt
            ? new(EvmKeyDerivation.Scrypt, salt, options.ScryptCost, options.ScryptBlockSize, options.ScryptParallelization)
            : new(EvmKeyDerivation.Pbkdf2, salt, options.Pbkdf2Iterations);
    }

    /// <summary>Throws for parameters that are none, or cost more than is allowed.</summary>
    public static KeyDerivation Scrypt(byte[] salt, long n, long r, long p, EvmKeyStoreOptions limits)
    {
        if (n is < 2 or > int.MaxValue || !BitOperations.IsPow2(n) || r is < 1 or > 1 << 20 || p is < 1 or > 1 << 20)
        {
            throw new EvmKeyException(EvmKeyProblem.Malformed, "The parameters of scrypt are out of range: n is a power of two, r and p are positive.");
        }

        // Each factor is below 2^31, 2^20 and 2^20.
        long memory = Cryptography.Internal.Scrypt.MemorySize(n, r, p);
        if (memory > limits.MaxScryptMemoryInBytes || (Int128)(n * r) * p > limits.MaxScryptWork || memory > int.MaxValue)
        {
            throw new EvmKeyException(
                EvmKeyProblem.TooCostly,
                $"The file asks scrypt for n = {n}, r = {r}, p = {p}, which is more than {nameof(EvmKeyStoreOptions.MaxScryptMemoryInBytes)} or {nameof(EvmKeyStoreOptions.MaxScryptWork)} allow.");
        }

        return new(EvmKeyDerivation.Scrypt, salt, (int)n, (int)r, (int)p);
    }

    /// <summary>Throws for parameters that are none, or cost more than is allowed.</summary>
    public static KeyDerivation Pbkdf2(byte[] salt, long iterations, EvmKeyStoreOptions limits)
    {
        if (iterations < 1)
        {
            throw new EvmKeyException(EvmKeyProblem.Malformed, "The iterations of PBKDF2 are a positive number.");
        }

        return iterations <= limits.MaxPbkdf2Iterations
            ? new(EvmKeyDerivation.Pbkdf2, salt, (int)iterations)
            : throw new EvmKeyException(EvmKeyProblem.TooCostly, $"The file asks PBKDF2 for {iterations} iterations, which is more than {nameof(EvmKeyStoreOptions.MaxPbkdf2Iterations)} allows.");
    }

    /// <summary>Derives the key; the caller clears it.</summary>
    public void Derive(string password, Span<byte> key, CancellationToken cancellationToken)
    {
        int length = System.Text.Encoding.UTF8.GetByteCount(password);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            System.Text.Encoding.UTF8.GetBytes(password, bytes);
            if (Function == EvmKeyDerivation.Scrypt)
            {
                Cryptography.Internal.Scrypt.DeriveKey(bytes.AsSpan(0, length), Salt, Cost, BlockSize, Parallelization, key, cancellationToken);
            }
            else
            {
                Rfc2898DeriveBytes.Pbkdf2(bytes.AsSpan(0, length), Salt, key, Cost, HashAlgorithmName.SHA256);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
