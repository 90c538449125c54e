using System.Collections.Frozen;
using System.Text.Json;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Solana.Rpc.Internal;

/// <summary>What is known of Solana's methods by their names.</summary>
internal static class SolanaMethods
{
    public const string Send = "sendTransaction";

    private static readonly FrozenSet<string> Reads = FrozenSet.Create(
        StringComparer.Ordinal,
        "getAccountInfo", "getBalance", "getBlock", "getBlockCommitment", "getBlockHeight", "getBlockProduction", "getBlockTime", "getBlocks", "getBlocksWithLimit", "getClusterNodes", "getEpochInfo",
        "getEpochSchedule", "getFeeForMessage", "getFirstAvailableBlock", "getGenesisHash", "getHealth", "getHighestSnapshotSlot", "getIdentity", "getInflationGovernor", "getInflationRate", "getInflationReward",
        "getLargestAccounts", "getLatestBlockhash", "getLeaderSchedule", "getMaxRetransmitSlot", "getMaxShredInsertSlot", "getMinimumBalanceForRentExemption", "getMultipleAccounts", "getProgramAccounts",
        "getRecentPerformanceSamples", "getRecentPrioritizationFees", "getSignatureStatuses", "getSignaturesForAddress", "getSlot", "getSlotLeader", "getSlotLeaders", "getStakeMinimumDelegation", "getSupply",
        "getTokenAccountBalance", "getTokenAccountsByDelegate", "getTokenAccountsByOwner", "getTokenLargestAccounts", "getTokenSupply", "getTransaction", "getTransactionCount", "getVersion", "getVoteAccounts",
        "isBlockhashValid", "minimumLedgerSlot", "simulateTransaction");

    /// <summary>Whether doing a call twice is the same as doing it once. A transaction is signed, and takes effect at most once.</summary>
    public static bool MayRepeat(string method) => method == Send || Reads.Contains(method);

    /// <summary>What <c>sendTransaction</c> answers when it takes the transaction; null for any other call.</summary>
    public static JsonElement? SignatureOfSent(JsonRpcRequest request)
    {
        if (request.Method != Send)
        {
            return null;
        }

        try
        {
            byte[] transaction = JsonElement.Parse(request.Parameters.Span)[0].GetBytesFromBase64();
            return SolanaTypes.FirstSignature(transaction) is { } signature ? JsonElement.Parse($"\"{signature}\"") : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or IndexOutOfRangeException or FormatException)
        {
            // The caller wrote something else than a transaction; the node's answer stands.
            return null;
        }
    }
}
