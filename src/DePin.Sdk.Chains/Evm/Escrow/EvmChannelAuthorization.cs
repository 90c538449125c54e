namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>A payer's signed consent to open one channel with its tokens (EIP-3009): whoever has it can open that channel and no other, and pays the network fee.</summary>
public sealed record EvmChannelAuthorization
{
    /// <summary>The channel.</summary>
    public required EvmChannelTerms Terms { get; init; }

    /// <summary>What is deposited, in base units of the token.</summary>
    public required UInt128 Deposit { get; init; }

    /// <summary>Unix seconds of the chain's clock before which it is not good yet.</summary>
    public required UInt256 ValidAfter { get; init; }

    /// <summary>Unix seconds of the chain's clock from which it is not good any more.</summary>
    public required UInt256 ValidBefore { get; init; }

    /// <summary>The payer's signature: r, s and v, or what the payer's contract takes.</summary>
    public required ReadOnlyMemory<byte> Signature { get; init; }
}
