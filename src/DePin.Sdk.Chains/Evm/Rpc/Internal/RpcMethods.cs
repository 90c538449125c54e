using System.Collections.Frozen;
using System.Text.Json;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>What is known of methods by their names.</summary>
internal static class RpcMethods
{
    public const string SendRaw = "eth_sendRawTransaction";

    private static readonly FrozenSet<string> Reads = FrozenSet.Create(
        StringComparer.Ordinal,
        "eth_accounts", "eth_blobBaseFee", "eth_blockNumber", "eth_call", "eth_chainId", "eth_createAccessList", "eth_estimateGas", "eth_feeHistory", "eth_gasPrice", "eth_getBalance", "eth_getBlockByHash",
        "eth_getBlockByNumber", "eth_getBlockReceipts", "eth_getBlockTransactionCountByHash", "eth_getBlockTransactionCountByNumber", "eth_getCode", "eth_getLogs", "eth_getProof", "eth_getStorageAt",
        "eth_getTransactionByBlockHashAndIndex", "eth_getTransactionByBlockNumberAndIndex", "eth_getTransactionByHash", "eth_getTransactionCount", "eth_getTransactionReceipt", "eth_maxPriorityFeePerGas",
        "eth_simulateV1", "eth_syncing", "net_version", "web3_clientVersion", "web3_sha3");

    /// <summary>Whether a call only reads. A method that is not known may do anything.</summary>
    public static bool IsRead(string method) => Reads.Contains(method);

    /// <summary>Whether doing a call twice is the same as doing it once.</summary>
    public static bool MayRepeat(string method) => IsRead(method) || method == SendRaw;

    /// <summary>What <c>eth_sendRawTransaction</c> answers when it takes the transaction; null for any other call.</summary>
    public static JsonElement? HashOfSent(JsonRpcRequest request)
    {
        if (request.Method != SendRaw)
        {
            return null;
        }

        try
        {
            var parameters = JsonElement.Parse(request.Parameters.Span);
            var hash = Hash32.Keccak(Hex.Decode(parameters[0].GetString()!));
            return JsonElement.Parse($"\"{hash}\"");
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or IndexOutOfRangeException or ArgumentNullException or EvmFormatException)
        {
            // The caller wrote something else than a transaction; the node's answer stands.
            return null;
        }
    }
}
