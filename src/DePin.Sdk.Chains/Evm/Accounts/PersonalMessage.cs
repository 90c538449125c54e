using System.Globalization;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Evm.Accounts;

/// <summary>Messages that wallets sign with <c>personal_sign</c> (EIP-191, version 0x45): a prefix makes sure that none is a transaction.</summary>
public static class PersonalMessage
{
    private const int MaxDigits = 10;

    private static ReadOnlySpan<byte> Prefix => "\u0019Ethereum Signed Message:\n"u8;

    /// <summary>The bytes whose Keccak-256 digest is signed, prefix included: what <see cref="Identity.ISigner.SignAsync"/> takes, which hashes by itself.</summary>
    public static byte[] SigningPayload(ReadOnlySpan<byte> message)
    {
        Span<byte> length = stackalloc byte[MaxDigits];
        message.Length.TryFormat(length, out int digits, provider: CultureInfo.InvariantCulture);
        return [.. Prefix, .. length[..digits], .. message];
    }

    /// <summary>The digest to sign for a message.</summary>
    /// <param name="message">The message; text as UTF-8.</param>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        var hash = default(Keccak256);
        hash.Append(Prefix);
        Span<byte> length = stackalloc byte[MaxDigits];
        message.Length.TryFormat(length, out int digits, provider: CultureInfo.InvariantCulture);
        hash.Append(length[..digits]);
        hash.Append(message);
        Span<byte> digest = stackalloc byte[Hash32.SizeInBytes];
        hash.GetHashAndReset(digest);
        return new Hash32(digest);
    }

    /// <summary>The digest to sign for a text.</summary>
    public static Hash32 Hash(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return Hash(System.Text.Encoding.UTF8.GetBytes(message));
    }
}
