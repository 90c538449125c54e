using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Rpc;

/// <summary>Answers as anvil 1.7.1 writes them, shortened where it repeats itself.</summary>
internal static class RpcSamples
{
    public const string TransactionHash = "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060";
    public const string BlockHash = "0x1d59ff54b1eb26b013ce3cb5fc9dab3705b415a67127a003c3e61eb445bb8df2";
    public const string Contract = "0x5fbdb2315678afecb367f032d93f642f64180aa3";
    public const string Topic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
    public const string Sender = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    public const string Block = $$"""
        {"hash":"{{BlockHash}}","parentHash":"0x027503aee0d68a16f5a73bf91b4c0a7b287132d11422e1004d4455d747e36386","sha3Uncles":"0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347",
        "miner":"0x0000000000000000000000000000000000000000","stateRoot":"0x0000000000000000000000000000000000000000000000000000000000000000","difficulty":"0x0","number":"0x1","gasLimit":"0x1c9c380",
        "gasUsed":"0x5208","timestamp":"0x6900f1a2","extraData":"0x","mixHash":"0x0000000000000000000000000000000000000000000000000000000000000000","nonce":"0x0000000000000000","baseFeePerGas":"0x342770c0",
        "blobGasUsed":"0x0","excessBlobGas":"0x0","size":"0x29a","uncles":[],"transactions":["{{TransactionHash}}"],"withdrawals":[]}
        """;

    public const string Log = $$"""
        {"address":"{{Contract}}","topics":["{{Topic}}","0x000000000000000000000000f39fd6e51aad88f6f4ce6ab8827279cfffb92266"],"data":"0x0000000000000000000000000000000000000000000000000000000000000001",
        "blockHash":"{{BlockHash}}","blockNumber":"0x1","blockTimestamp":"0x6900f1a2","transactionHash":"{{TransactionHash}}","transactionIndex":"0x0","logIndex":"0x0","removed":false}
        """;

    public const string Receipt = $$"""
        {"type":"0x2","status":"0x1","cumulativeGasUsed":"0x5208","logs":[{{Log}}],"logsBloom":"0x00","transactionHash":"{{TransactionHash}}","transactionIndex":"0x0","blockHash":"{{BlockHash}}",
        "blockNumber":"0x1","gasUsed":"0x5208","effectiveGasPrice":"0x342770c1","blobGasPrice":"0x1","from":"{{Sender}}","to":"{{Contract}}","contractAddress":null}
        """;

    public const string Transaction = $$"""
        {"type":"0x2","chainId":"0x7a69","nonce":"0x0","gas":"0x5208","maxFeePerGas":"0x77359401","maxPriorityFeePerGas":"0x1","to":"{{Contract}}","value":"0x1","accessList":[],"input":"0xabcd",
        "r":"0x1","s":"0x2","yParity":"0x0","v":"0x0","hash":"{{TransactionHash}}","blockHash":"{{BlockHash}}","blockNumber":"0x1","transactionIndex":"0x0","from":"{{Sender}}","gasPrice":"0x342770c1"}
        """;

    public const string FeeHistory = """
        {"baseFeePerGas":["0x3b9aca00","0x342770c0","0x2da282a8"],"gasUsedRatio":[0.0,0.0007],"baseFeePerBlobGas":["0x1","0x1","0x1"],"blobGasUsedRatio":[0.0,0.0],"oldestBlock":"0x0","reward":[["0x0","0x0"],["0x1","0x2"]]}
        """;

    public static EvmLogFilter Filter { get; } = new()
    {
        Addresses = [EvmAddress.Parse(Contract)],
        Topics = [[Hash32.Parse(Topic)], null],
        FromBlock = EvmBlockTag.Number(1),
        ToBlock = EvmBlockTag.Number(5),
    };

    public static Hash32 Transaction32 { get; } = Hash32.Parse(TransactionHash);
}
