using DePin.Sdk.Settlement;

namespace DePin.Sdk.Chains.Solana;

/// <summary>Names of Solana's clusters, accounts and tokens in the form of the SDK (CAIP-2, CAIP-10, CAIP-19). A cluster is named by the first 32 characters of its genesis block's hash.</summary>
public static class SolanaCaip
{
    /// <summary>The mainnet: <c>solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp</c>.</summary>
    public static ChainId Mainnet { get; } = ChainId.Parse("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp");

    // The number by which SLIP-44 knows SOL.
    private const int NativeCoinType = 501;
    private const int ReferenceLength = 32;

    /// <summary>A cluster.</summary>
    /// <param name="genesisHash">The hash of its genesis block, as its nodes tell it.</param>
    public static ChainId ToChainId(SolanaHash genesisHash) => ChainId.Parse($"solana:{genesisHash.ToString()[..ReferenceLength]}");

    /// <summary>An account: <c>solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:</c> and its address. Tokens are paid to the account's associated token account.</summary>
    public static AccountId ToAccountId(ChainId chain, SolanaAddress address) => new(chain, address.ToString());

    /// <summary>A token: the cluster, <c>/token:</c> and its mint.</summary>
    public static Asset ToAsset(ChainId chain, SolanaAddress mint) => Asset.Parse($"{chain}/token:{mint}");

    /// <summary>A cluster's own coin, SOL, counted in lamports.</summary>
    public static Asset ToNativeAsset(ChainId chain) => Asset.Parse($"{chain}/slip44:{NativeCoinType}");

    /// <summary>The address of an account; false when the account is another cluster's, or its address is none.</summary>
    public static bool TryGetAddress(AccountId account, ChainId chain, out SolanaAddress address)
    {
        address = default;
        return account.Chain == chain && SolanaAddress.TryParse(account.Address, out address) && address.ToString() == account.Address;
    }

    /// <summary>The mint of an asset; false when the asset is another cluster's, or no token.</summary>
    public static bool TryGetMint(Asset asset, ChainId chain, out SolanaAddress mint)
    {
        mint = default;
        var text = asset.ToString();
        var prefix = $"{chain}/token:";
        return text.StartsWith(prefix, StringComparison.Ordinal) && SolanaAddress.TryParse(text[prefix.Length..], out mint) && ToAsset(chain, mint) == asset;
    }
}
