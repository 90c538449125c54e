using System.Globalization;

namespace DePin.Sdk.Chains.Evm;

/// <summary>Names of EVM chains, accounts and assets in the form of the SDK (CAIP-2, CAIP-10, CAIP-19). Addresses carry the checksum of EIP-55, so that equal ones are equal as text.</summary>
public static class EvmCaip
{
    /// <summary>The number by which SLIP-44 knows the ether, the coin of Ethereum and of most rollups.</summary>
    public const int Ether = 60;

    private const string Namespace = "eip155:";

    /// <summary>A chain: <c>eip155:</c> and its number.</summary>
    public static ChainId ToChainId(ulong chainId) => DePin.Sdk.ChainId.Parse(Namespace + chainId.ToString(CultureInfo.InvariantCulture));

    /// <summary>An account or contract: <c>eip155:1:0xAb5801a7D398351b8bE11C439e05C5B3259aeC9B</c>.</summary>
    public static AccountId ToAccountId(ulong chainId, EvmAddress address) => new(ToChainId(chainId), address.ToString());

    /// <summary>An ERC-20 token: <c>eip155:1/erc20:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48</c>.</summary>
    public static Asset ToAsset(ulong chainId, EvmAddress token) => Asset.Parse($"{ToChainId(chainId)}/erc20:{token}");

    /// <summary>A chain's own coin: <c>eip155:1/slip44:60</c>.</summary>
    /// <param name="chainId">The chain.</param>
    /// <param name="coinType">The coin's number in SLIP-44; 60 is the ether.</param>
    public static Asset ToNativeAsset(ulong chainId, int coinType = Ether) => Asset.Parse(string.Create(CultureInfo.InvariantCulture, $"{ToChainId(chainId)}/slip44:{coinType}"));

    /// <summary>The address of an account; false when the account is another chain's, or its address is none. Any case is read; letters of both must be the checksum.</summary>
    public static bool TryGetAddress(AccountId account, ulong chainId, out EvmAddress address)
    {
        address = default;
        return account.Chain == ToChainId(chainId) && EvmAddress.TryParse(account.Address, out address);
    }

    /// <summary>The token of an asset, which is <see cref="EvmAddress.Zero"/> for the chain's own coin; false when the asset is another chain's, or neither.</summary>
    /// <param name="asset">The asset.</param>
    /// <param name="chainId">The chain.</param>
    /// <param name="coinType">The number of the chain's coin in SLIP-44.</param>
    /// <param name="token">The token's contract.</param>
    public static bool TryGetToken(Asset asset, ulong chainId, int coinType, out EvmAddress token)
    {
        token = default;
        if (asset == ToNativeAsset(chainId, coinType))
        {
            return true;
        }

        var text = asset.ToString();
        var prefix = $"{ToChainId(chainId)}/erc20:";
        return text.StartsWith(prefix, StringComparison.Ordinal) && EvmAddress.TryParse(text[prefix.Length..], out token) && !token.IsZero;
    }
}
