using System.Buffers.Binary;

namespace DePin.Sdk.Chains.Solana.Programs.Internal;

/// <summary>Reads what mints and token accounts have in common: optional values and the list of extensions.</summary>
internal static class TokenReader
{
    /// <summary>Where Token-2022 says whether an extended account is a mint (1) or a token account (2): both are padded to the size of the latter.</summary>
    private const int KindOffset = TokenAccount.SizeInBytes;

    private const int ExtensionsOffset = KindOffset + 1;

    /// <summary>The size of a multi-signature account, which no mint or token account may have.</summary>
    private const int MultisigSizeInBytes = 355;

    // Far above what the program defines, and a bound on what a hostile account costs.
    private const int MaxExtensions = 64;

    public static SolanaAddress? ReadOptionalAddress(ReadOnlySpan<byte> data, int offset) =>
        ReadFlag(data, offset) ? new SolanaAddress(data.Slice(offset + 4, SolanaAddress.SizeInBytes)) : null;

    public static ulong? ReadOptionalNumber(ReadOnlySpan<byte> data, int offset) =>
        ReadFlag(data, offset) ? BinaryPrimitives.ReadUInt64LittleEndian(data[(offset + 4)..]) : null;

    /// <param name="data">The account's data.</param>
    /// <param name="tokenProgram">The program that owns it.</param>
    /// <param name="baseSize">The size without extensions.</param>
    /// <param name="kind">1 for a mint, 2 for a token account.</param>
    /// <param name="what">Which of the two, in words.</param>
    public static IReadOnlyList<TokenExtension> ReadExtensions(ReadOnlySpan<byte> data, SolanaAddress tokenProgram, int baseSize, byte kind, string what)
    {
        if (!TokenProgram.IsTokenProgram(tokenProgram))
        {
            throw new SolanaFormatException($"The account belongs to {tokenProgram}, which is no token program.", 0);
        }

        if (data.Length == baseSize)
        {
            return [];
        }

        if (tokenProgram == TokenProgram.ProgramId || data.Length <= KindOffset || data.Length == MultisigSizeInBytes)
        {
            throw new SolanaFormatException($"A {what} has {baseSize} bytes, and under Token-2022 possibly more than {KindOffset}; not {data.Length}.", 0);
        }

        if (data[KindOffset] != kind)
        {
            throw new SolanaFormatException($"The account's kind is {data[KindOffset]}, and {kind} for a {what}.", KindOffset);
        }

        if (data[baseSize..KindOffset].IndexOfAnyExcept((byte)0) is >= 0 and var padding)
        {
            throw new SolanaFormatException("What pads a mint to the size of a token account is not zero.", baseSize + padding);
        }

        return ReadList(data);
    }

    private static List<TokenExtension> ReadList(ReadOnlySpan<byte> data)
    {
        var extensions = new List<TokenExtension>();

        // A single byte that is left over, and zeros, are room that the program has not used.
        for (int at = ExtensionsOffset; data.Length - at >= 2;)
        {
            var type = (TokenExtensionType)BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);
            if (type == TokenExtensionType.Uninitialized)
            {
                break;
            }

            int left = data.Length - at - 4;
            int length = left < 0 ? 0 : BinaryPrimitives.ReadUInt16LittleEndian(data[(at + 2)..]);
            if (length > left)
            {
                throw new SolanaFormatException($"Extension {type} does not fit in what is left of the account.", at);
            }

            if (extensions.Count == MaxExtensions || extensions.Exists(known => known.Type == type))
            {
                throw new SolanaFormatException($"Extension {type} is there twice, or one of more than {MaxExtensions}.", at);
            }

            extensions.Add(new TokenExtension(type, data.Slice(at + 4, length).ToArray()));
            at += 4 + length;
        }

        return extensions;
    }

    private static bool ReadFlag(ReadOnlySpan<byte> data, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(data[offset..]) switch
    {
        0 => false,
        1 => true,
        var other => throw new SolanaFormatException($"Whether a value is there is said by 0 or 1, not {other}.", offset),
    };
}
