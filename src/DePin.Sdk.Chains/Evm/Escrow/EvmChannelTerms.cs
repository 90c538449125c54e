namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>What a channel is. Its id is the hash of this, so the chain keeps none of it, and calls bring it along.</summary>
/// <param name="Payer">Deposits, and gets back what was not spent.</param>
/// <param name="Payee">Gets what vouchers grant.</param>
/// <param name="Token">An ERC-20 token; zero is the chain's own coin.</param>
/// <param name="Salt">Tells channels of the same parties apart.</param>
/// <param name="AuthorizedSigner">Signs vouchers: a key's address or an ERC-1271 contract; zero is the payer.</param>
public readonly record struct EvmChannelTerms(EvmAddress Payer, EvmAddress Payee, EvmAddress Token, Hash32 Salt, EvmAddress AuthorizedSigner)
{
    /// <summary>Whose signature vouchers need.</summary>
    public EvmAddress Signer => AuthorizedSigner.IsZero ? Payer : AuthorizedSigner;

    /// <summary>The id of the channel with these terms in one escrow: the Keccak-256 digest of the terms, the contract and the chain, a word each.</summary>
    /// <param name="chainId">The chain that the escrow was deployed on.</param>
    /// <param name="escrow">The escrow.</param>
    public Hash32 ComputeId(ulong chainId, EvmAddress escrow)
    {
        Span<byte> words = stackalloc byte[7 * UInt256.SizeInBytes];
        words.Clear();
        Payer.CopyTo(words[12..]);
        Payee.CopyTo(words[44..]);
        Token.CopyTo(words[76..]);
        Salt.CopyTo(words[96..]);
        AuthorizedSigner.CopyTo(words[140..]);
        escrow.CopyTo(words[172..]);
        new UInt256(0, chainId).WriteBigEndian(words[192..]);
        return Hash32.Keccak(words);
    }
}
