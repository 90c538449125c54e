using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>A transaction that <see cref="EvmSender"/> is to send: what it does. Nonce, fees and signature are the sender's to add.</summary>
public sealed record EvmTransactionRequest
{
    /// <summary>The longest <see cref="Key"/>, in characters.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>Who is called or paid; null creates a contract from <see cref="Data"/>.</summary>
    public required EvmAddress? To { get; init; }

    /// <summary>The wei that move.</summary>
    public UInt256 Value { get; init; }

    /// <summary>The call's data, or the init code.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The most gas to spend.</summary>
    /// <value>Null: what the node estimates, and <see cref="EvmSenderOptions.GasMargin"/>.</value>
    public ulong? GasLimit { get; init; }

    /// <summary>Names what the transaction is for, so that it is done once: a second request with the same key joins the first, also after a restart, as long as the journal remembers it.</summary>
    /// <value>Null: every request is a transaction of its own.</value>
    public string? Key { get; init; }

    /// <summary>The custom errors of the contract, by which a revert is told in words.</summary>
    /// <value>Empty: only the errors of Solidity itself.</value>
    public IReadOnlyList<AbiError> Errors { get; init; } = [];

    /// <summary>What tells two requests under one key apart: everything that decides what the transaction does.</summary>
    internal Hash32 Digest()
    {
        var bytes = new byte[1 + EvmAddress.SizeInBytes + UInt256.SizeInBytes + Data.Length];
        if (To is { } to)
        {
            bytes[0] = 1;
            to.CopyTo(bytes.AsSpan(1));
        }

        Value.WriteBigEndian(bytes.AsSpan(1 + EvmAddress.SizeInBytes));
        Data.Span.CopyTo(bytes.AsSpan(1 + EvmAddress.SizeInBytes + UInt256.SizeInBytes));
        return Hash32.Keccak(bytes);
    }

    internal void Validate()
    {
        if (Key is { Length: 0 or > MaxKeyLength })
        {
            throw new ArgumentException($"A key has 1 to {MaxKeyLength} characters, not {Key.Length}; leave it null to send without one.");
        }

        if (To is null && Data.IsEmpty)
        {
            throw new ArgumentException("A transaction without a recipient creates a contract and needs its init code as Data; set To for anything else.");
        }
    }
}
