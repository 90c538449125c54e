using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>The Ed25519 program: the transaction fails unless a signature verifies, and programs after it read in the instructions sysvar what was signed. A signature costs as much as one of the transaction's own.</summary>
public static class Ed25519Program
{
    /// <summary>Where the public key stands in the data.</summary>
    public const int PublicKeyOffset = 16;

    /// <summary>Where the signature stands in the data.</summary>
    public const int SignatureOffset = 48;

    /// <summary>Where the message stands in the data, to its end.</summary>
    public const int MessageOffset = 112;

    private const ushort ThisInstruction = 0xFFFF;

    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("Ed25519SigVerify111111111111111111111111111");

    /// <summary>Checks one signature, whose parts all stand in the instruction: a header of 16 bytes, the key, the signature, the message. Programs that look for what was signed expect exactly this layout.</summary>
    /// <param name="publicKey">The key.</param>
    /// <param name="signature">The signature. It is not checked here.</param>
    /// <param name="message">What was signed.</param>
    /// <exception cref="ArgumentException">The message is longer than a transaction.</exception>
    public static SolanaInstruction Verify(SolanaAddress publicKey, SolanaSignature signature, ReadOnlySpan<byte> message)
    {
        if (message.Length > SolanaTransaction.MaxSizeInBytes)
        {
            throw new ArgumentException($"The message has {message.Length} bytes, more than a transaction.", nameof(message));
        }

        var data = new byte[MessageOffset + message.Length];
        data[0] = 1; // signatures; data[1] is padding
        Write(data, 2, SignatureOffset);
        Write(data, 4, ThisInstruction);
        Write(data, 6, PublicKeyOffset);
        Write(data, 8, ThisInstruction);
        Write(data, 10, MessageOffset);
        Write(data, 12, (ushort)message.Length);
        Write(data, 14, ThisInstruction);
        publicKey.CopyTo(data.AsSpan(PublicKeyOffset));
        signature.CopyTo(data.AsSpan(SignatureOffset));
        message.CopyTo(data.AsSpan(MessageOffset));
        return new(ProgramId, Array.Empty<SolanaAccountMeta>(), data);
    }

    private static void Write(byte[] data, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(offset), value);
}
