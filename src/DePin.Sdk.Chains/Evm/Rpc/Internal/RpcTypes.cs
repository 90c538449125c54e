using System.Text.Json;

namespace DePin.Sdk.Chains.Evm.Rpc.Internal;

/// <summary>Blocks, receipts, logs and the rest, read from a node's answer.</summary>
internal static class RpcTypes
{
    private const int MaxTopics = 4;

    public static EvmBlock Block(JsonElement block) => new()
    {
        Number = block.Field("number"u8).Number(),
        Hash = block.Field("hash"u8).Hash(),
        ParentHash = block.Field("parentHash"u8).Hash(),
        Timestamp = block.Field("timestamp"u8).Number(),
        BaseFeePerGas = block.Optional("baseFeePerGas"u8)?.Quantity(),
        GasLimit = block.Field("gasLimit"u8).Number(),
        GasUsed = block.Field("gasUsed"u8).Number(),
    };

    public static EvmLog Log(JsonElement log)
    {
        var topics = log.Field("topics"u8).Items(RpcReader.Hash);
        return new EvmLog
        {
            Address = log.Field("address"u8).Address(),
            Topics = topics.Count <= MaxTopics ? topics : throw new EvmFormatException($"A log has at most {MaxTopics} topics, not {topics.Count}.", 0),
            Data = log.Field("data"u8).Bytes(),
            BlockNumber = log.Field("blockNumber"u8).Number(),
            BlockHash = log.Field("blockHash"u8).Hash(),
            TransactionHash = log.Field("transactionHash"u8).Hash(),
            TransactionIndex = log.Field("transactionIndex"u8).Number(),
            LogIndex = log.Field("logIndex"u8).Number(),
            Removed = log.Optional("removed"u8)?.GetBoolean() ?? false,
        };
    }

    public static EvmLog SubscribedLog(JsonElement value, EvmLogFilter filter)
    {
        var log = Log(value);
        return filter.Matches(log) ? log : throw new EvmFormatException("The log has another contract or other topics than the subscription.", 0);
    }

    public static EvmReceipt Receipt(JsonElement receipt)
    {
        var read = new EvmReceipt
        {
            TransactionHash = receipt.Field("transactionHash"u8).Hash(),
            TransactionIndex = receipt.Field("transactionIndex"u8).Number(),
            BlockHash = receipt.Field("blockHash"u8).Hash(),
            BlockNumber = receipt.Field("blockNumber"u8).Number(),
            From = receipt.Field("from"u8).Address(),
            To = receipt.Optional("to"u8)?.Address(),
            ContractAddress = receipt.Optional("contractAddress"u8)?.Address(),
            Succeeded = receipt.Field("status"u8).Number() switch
            {
                0 => false,
                1 => true,
                var other => throw new EvmFormatException($"The status of a receipt is 0 or 1, not {other}.", 0),
            },
            GasUsed = receipt.Field("gasUsed"u8).Number(),
            EffectiveGasPrice = receipt.Field("effectiveGasPrice"u8).Quantity(),
            L1Fee = receipt.Optional("l1Fee"u8)?.Quantity() ?? UInt256.Zero,
            Logs = receipt.Field("logs"u8).Items(Log),
        };
        // Read here, so that no later look at it overflows.
        _ = read.Fee;
        if (!read.Succeeded && read.Logs.Count > 0)
        {
            throw new EvmFormatException("A failed transaction leaves no logs, and the receipt has some.", 0);
        }

        foreach (var log in read.Logs)
        {
            if (log.TransactionHash != read.TransactionHash || log.BlockHash != read.BlockHash || log.BlockNumber != read.BlockNumber || log.TransactionIndex != read.TransactionIndex || log.Removed)
            {
                throw new EvmFormatException("A log of the receipt belongs to another transaction or block.", 0);
            }
        }

        return read;
    }

    public static EvmTransactionInfo Transaction(JsonElement transaction)
    {
        var maxFee = (transaction.Optional("maxFeePerGas"u8) ?? transaction.Field("gasPrice"u8)).Quantity();
        var read = new EvmTransactionInfo
        {
            Hash = transaction.Field("hash"u8).Hash(),
            From = transaction.Field("from"u8).Address(),
            To = transaction.Optional("to"u8)?.Address(),
            Nonce = transaction.Field("nonce"u8).Number(),
            Value = transaction.Field("value"u8).Quantity(),
            Data = transaction.Field("input"u8).Bytes(),
            GasLimit = transaction.Field("gas"u8).Number(),
            MaxFeePerGas = maxFee,
            MaxPriorityFeePerGas = transaction.Optional("maxPriorityFeePerGas"u8)?.Quantity() ?? maxFee,
            BlockNumber = transaction.Optional("blockNumber"u8)?.Number(),
            BlockHash = transaction.Optional("blockHash"u8)?.Hash(),
        };
        return read.BlockHash.HasValue == read.BlockNumber.HasValue
            ? read
            : throw new EvmFormatException("A transaction has a block's number and hash, or neither.", 0);
    }

    public static EvmFeeHistory FeeHistory(JsonElement history, int percentiles)
    {
        var read = new EvmFeeHistory
        {
            OldestBlock = history.Field("oldestBlock"u8).Number(),
            BaseFeePerGas = history.Field("baseFeePerGas"u8).Items(RpcReader.Quantity),
            GasUsedRatio = history.Field("gasUsedRatio"u8).Items(ratio => ratio.GetDouble()),
            Rewards = percentiles == 0 ? [] : history.Field("reward"u8).Items(block => block.Items(RpcReader.Quantity)),
        };
        if (read.BaseFeePerGas.Count != read.GasUsedRatio.Count + 1 || read.GasUsedRatio.Any(ratio => ratio is not (>= 0 and < double.PositiveInfinity)))
        {
            throw new EvmFormatException("A fee history has one base fee more than blocks, and no block is less than empty.", 0);
        }

        return percentiles == 0 || (read.Rewards.Count == read.GasUsedRatio.Count && read.Rewards.All(block => block.Count == percentiles))
            ? read
            : throw new EvmFormatException("A fee history has a tip for each block and percentile.", 0);
    }
}
