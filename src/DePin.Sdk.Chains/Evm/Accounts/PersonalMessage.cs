using System.Globalization;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Evm.Accounts;

/// <summary>Messages that wallets sign with <c>personal_sign</c> (EIP-191, version 0x45): a prefix makes sure that none is a transaction.</summary>
public static class PersonalMessage
{
    /// <summary>The digest to sign for a message.</summary>
    /// <param name="message">The message; text as UTF-8.</param>
    public static Hash32 Hash(ReadOnlySpan<byte> message)
    {
        var hash = default(Keccak256);
        hash.Append("\u0019Ethereum Signed Message:\n"u8);
        Span<byte> length = stackalloc byte[10];
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
