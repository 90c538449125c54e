namespace DePin.Sdk.Chains.Evm.TypedData.Permit2;

/// <summary>An allowance inside Permit2.</summary>
public readonly record struct PermitDetails : ITypedData
{
    private const int AmountBytes = 20;
    private const ulong MaxUInt48 = (1UL << 48) - 1;

    /// <summary>Describes an allowance.</summary>
    /// <param name="token">The token.</param>
    /// <param name="amount">How many base units, below 2^160; 2^160-1 is never used up.</param>
    /// <param name="expiration">Unix seconds of the chain's clock until which it may be spent, below 2^48.</param>
    /// <param name="nonce">What <c>allowance(owner, token, spender)</c> says now, below 2^48.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number has more bits than the contract's type.</exception>
    public PermitDetails(EvmAddress token, UInt256 amount, ulong expiration, ulong nonce)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(amount.ByteCount, AmountBytes, nameof(amount));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(expiration, MaxUInt48);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nonce, MaxUInt48);
        Token = token;
        Amount = amount;
        Expiration = expiration;
        Nonce = nonce;
    }

    /// <summary>The token.</summary>
    public EvmAddress Token { get; }

    /// <summary>How many base units may be spent.</summary>
    public UInt256 Amount { get; }

    /// <summary>Unix seconds until which it may be spent.</summary>
    public ulong Expiration { get; }

    /// <summary>The next nonce of owner, token and spender.</summary>
    public ulong Nonce { get; }

    /// <inheritdoc/>
    public static Hash32 TypeHash { get; } = Hash32.Keccak("PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"u8);

    /// <inheritdoc/>
    public static int FieldCount => 4;

    /// <inheritdoc/>
    public void WriteFields(Span<byte> words)
    {
        var writer = new TypedDataWriter(words);
        writer.Write(Token);
        writer.Write(Amount);
        writer.Write(Expiration);
        writer.Write(Nonce);
    }
}
