using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Chains.Solana.Rpc.Internal;

namespace DePin.Sdk.Chains.Solana.Rpc;

/// <summary>A Solana cluster, by the hash of its first block.</summary>
/// <param name="genesisHash">The hash.</param>
public sealed class SolanaRpcChain(SolanaHash genesisHash) : RpcChain(genesisHash.ToString())
{
    private static readonly JsonRpcRequest GenesisHashRequest = new("getGenesisHash");

    /// <summary>The cluster that holds real money.</summary>
    public static SolanaRpcChain Mainnet { get; } = new(SolanaHash.Parse("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d"));

    /// <summary>The cluster on which validators try out new versions; its coins are worth nothing.</summary>
    public static SolanaRpcChain Testnet { get; } = new(SolanaHash.Parse("4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY"));

    /// <summary>The cluster for developers; its coins are worth nothing.</summary>
    public static SolanaRpcChain Devnet { get; } = new(SolanaHash.Parse("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG"));

    /// <summary>The hash of the cluster's first block.</summary>
    public SolanaHash GenesisHash { get; } = genesisHash;

    internal override JsonRpcRequest Question => GenesisHashRequest;

    internal override string ReadId(JsonRpcResponse response) => response.Error is not null
        ? throw SolanaErrorClassifier.ToException(GenesisHashRequest.Method, response)
        : SolanaReader.Read(GenesisHashRequest.Method, response.Result, SolanaReader.Hash).ToString();
}
