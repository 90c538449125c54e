using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>What a nonce account holds: a value that stands in a transaction for a recent block's hash and does not age, until <see cref="SystemProgram.AdvanceNonce"/> uses it up.</summary>
/// <param name="Authority">Who may use it.</param>
/// <param name="Nonce">What the next transaction names in place of a recent block's hash.</param>
/// <param name="LamportsPerSignature">The fee of the time it was stored.</param>
public sealed record NonceAccount(SolanaAddress Authority, SolanaHash Nonce, ulong LamportsPerSignature)
{
    /// <summary>The size of the account's data.</summary>
    public const int SizeInBytes = 80;

    /// <summary>Reads the data of an account of the System program.</summary>
    /// <exception cref="SolanaFormatException">It is not an initialized nonce account of the current version; older ones must be upgraded before transactions can use them.</exception>
    public static NonceAccount Read(ReadOnlySpan<byte> data)
    {
        if (data.Length != SizeInBytes)
        {
            throw new SolanaFormatException($"A nonce account has {SizeInBytes} bytes, not {data.Length}.", 0);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(data) is not 1 and var version)
        {
            throw new SolanaFormatException($"The nonce account is of version {version}; only version 1 can be used.", 0);
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(data[4..]) is not 1 and var state)
        {
            throw new SolanaFormatException($"The nonce account's state is {state}, and 1 when it is initialized.", 4);
        }

        return new NonceAccount(new SolanaAddress(data.Slice(8, 32)), new SolanaHash(data.Slice(40, 32)), BinaryPrimitives.ReadUInt64LittleEndian(data[72..]));
    }
}
