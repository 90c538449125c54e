using DePin.Sdk.Chains.Solana.Encoding;

namespace DePin.Sdk.Chains.Solana.Transactions.Internal;

/// <summary>Reads a transaction's bytes; every failure is a <see cref="SolanaFormatException"/> with the offset in the whole input.</summary>
/// <param name="input">The whole input.</param>
/// <param name="offset">Where to start.</param>
internal ref struct WireReader(ReadOnlySpan<byte> input, int offset)
{
    private readonly ReadOnlySpan<byte> _input = input;
    private int _offset = offset;

    /// <summary>Where the reader stands in the whole input.</summary>
    public readonly int Offset => _offset;

    public readonly int Remaining => _input.Length - _offset;

    public byte ReadByte(string what) => ReadBytes(1, what)[0];

    public ReadOnlySpan<byte> ReadBytes(int length, string what)
    {
        if (length > Remaining)
        {
            throw new SolanaFormatException($"The input ends inside {what}: {length} bytes are needed, {Remaining} are left.", _offset);
        }

        var read = _input.Slice(_offset, length);
        _offset += length;
        return read;
    }

    public int ReadLength() => CompactU16.Read(_input, ref _offset);
}
