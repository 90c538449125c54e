using System.Buffers.Binary;
using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Evm;

/// <summary>An account or contract of an EVM chain: 20 bytes. As text it carries the checksum of EIP-55 in the case of its letters.</summary>
public readonly record struct EvmAddress
{
    /// <summary>The length, in bytes.</summary>
    public const int SizeInBytes = 20;

    /// <summary>The length of the text, prefix included.</summary>
    public const int TextLength = 42;

    private readonly uint _upper;
    private readonly UInt128 _lower;

    /// <summary>Takes 20 bytes.</summary>
    /// <exception cref="ArgumentException">There are not exactly 20.</exception>
    public EvmAddress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != SizeInBytes)
        {
            throw new ArgumentException($"An address has 20 bytes, not {bytes.Length}.", nameof(bytes));
        }

        _upper = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        _lower = BinaryPrimitives.ReadUInt128BigEndian(bytes[sizeof(uint)..]);
    }

    /// <summary>The zero address, which tokens use for minting and burning, and interfaces for "none".</summary>
    public static EvmAddress Zero => default;

    /// <summary>True for the zero address.</summary>
    public bool IsZero => _upper == 0 && _lower == UInt128.Zero;

    /// <summary>The address of a public key: the last 20 bytes of the Keccak-256 digest of its two coordinates.</summary>
    /// <param name="publicKey">x and y, 32 bytes each, big-endian, without the 0x04 that SEC 1 puts before them.</param>
    /// <exception cref="ArgumentException">There are not exactly 64 bytes.</exception>
    public static EvmAddress FromPublicKey(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != 64)
        {
            throw new ArgumentException($"An uncompressed public key without its prefix has 64 bytes, not {publicKey.Length}.", nameof(publicKey));
        }

        Span<byte> digest = stackalloc byte[Keccak256.HashSizeInBytes];
        Keccak256.HashData(publicKey, digest);
        return new EvmAddress(digest[12..]);
    }

    /// <summary>The address of a public key.</summary>
    /// <exception cref="ArgumentException">It is the default value, which is no key.</exception>
    public static EvmAddress FromPublicKey(Secp256k1PublicKey publicKey)
    {
        if (!publicKey.IsValid)
        {
            throw new ArgumentException("The default value is no public key.", nameof(publicKey));
        }

        Span<byte> point = stackalloc byte[Secp256k1PublicKey.UncompressedSizeInBytes];
        publicKey.WriteUncompressed(point);
        return FromPublicKey(point[1..]);
    }

    /// <summary>The account of a key of <see cref="SignatureAlgorithm.Secp256k1"/>, which is a compressed point or already an address (see <see cref="ToPublicKey"/>).</summary>
    /// <returns>False when the key is of another algorithm, or is no point of the curve.</returns>
    public static bool TryFromPublicKey(PublicKey key, out EvmAddress address)
    {
        address = default;
        if (key.Algorithm != SignatureAlgorithm.Secp256k1)
        {
            return false;
        }

        if (key.Bytes.Length == SizeInBytes)
        {
            address = new EvmAddress(key.Bytes.Span);
            return true;
        }

        if (!Secp256k1PublicKey.TryParse(key.Bytes.Span, out var point))
        {
            return false;
        }

        address = FromPublicKey(point);
        return true;
    }

    /// <summary>The address as a key of <see cref="SignatureAlgorithm.Secp256k1"/>: signatures carry what recovers their key, so the address suffices to verify them.</summary>
    public PublicKey ToPublicKey()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        CopyTo(bytes);
        return new PublicKey(SignatureAlgorithm.Secp256k1, bytes);
    }

    /// <summary>Reads <c>0x</c> and 40 hexadecimal digits. Letters of both cases must agree with the checksum of EIP-55; letters of one case carry none.</summary>
    /// <exception cref="EvmFormatException">The text is no address, or its checksum is wrong.</exception>
    public static EvmAddress Parse(string text)
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        Hex.DecodeExact(text, bytes);
        var address = new EvmAddress(bytes);
        var digits = text.AsSpan(2);
        if (digits.IndexOfAnyInRange('a', 'f') >= 0 && digits.IndexOfAnyInRange('A', 'F') >= 0)
        {
            int wrong = digits.CommonPrefixLength(address.ToString().AsSpan(2));
            if (wrong < digits.Length)
            {
                throw new EvmFormatException("The address does not agree with its EIP-55 checksum; a character is mistyped. Write it in lower case to go without one.", wrong + 2);
            }
        }

        return address;
    }

    /// <summary>Reads what <see cref="Parse"/> reads; false when the text is no address, or its checksum is wrong.</summary>
    public static bool TryParse(string? text, out EvmAddress address)
    {
        address = default;
        if (text is not { Length: TextLength })
        {
            return false;
        }

        try
        {
            address = Parse(text);
            return true;
        }
        catch (EvmFormatException)
        {
            return false;
        }
    }

    /// <summary>Writes the 20 bytes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has fewer than 20 bytes.</exception>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, _upper);
        BinaryPrimitives.WriteUInt128BigEndian(destination[sizeof(uint)..], _lower);
    }

    /// <summary>The 20 bytes, as a new array.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[SizeInBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>The address as a number, which is how the ABI writes it into a word.</summary>
    public UInt256 ToUInt256() => new(_upper, _lower);

    /// <summary>The address that a word of the ABI holds.</summary>
    /// <exception cref="OverflowException">The number needs more than 160 bits.</exception>
    public static EvmAddress FromUInt256(UInt256 value)
    {
        Span<byte> word = stackalloc byte[UInt256.SizeInBytes];
        value.WriteBigEndian(word);
        return value.ByteCount <= SizeInBytes
            ? new EvmAddress(word[12..])
            : throw new OverflowException("An address has 160 bits.");
    }

    /// <summary>The text with the checksum of EIP-55.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[SizeInBytes];
        CopyTo(bytes);
        Span<char> text = stackalloc char[TextLength];
        "0x".CopyTo(text);
        var digits = text[2..];
        Convert.TryToHexStringLower(bytes, digits, out _);

        Span<byte> ascii = stackalloc byte[2 * SizeInBytes];
        System.Text.Encoding.ASCII.GetBytes(digits, ascii);
        Span<byte> digest = stackalloc byte[Keccak256.HashSizeInBytes];
        Keccak256.HashData(ascii, digest);
        for (int i = 0; i < digits.Length; i++)
        {
            int nibble = (digest[i / 2] >> (i % 2 == 0 ? 4 : 0)) & 0xF;
            if (nibble >= 8)
            {
                digits[i] = char.ToUpperInvariant(digits[i]);
            }
        }

        return new string(text);
    }
}
