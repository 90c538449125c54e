using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Rpc;

/// <summary>What nodes write when they refuse, in their own words.</summary>
public sealed class EvmErrorMessagesTests
{
    private const string Revert = "0x08c379a0000000000000000000000000000000000000000000000000000000000000002000000000000000000000000000000000000000000000000000000000000000056e6f6e6365000000000000000000000000000000000000000000000000000000";

    [Theory]
    // geth
    [InlineData(-32000, "already known", EvmRpcError.AlreadyKnown)]
    [InlineData(-32000, "nonce too low: next nonce 5, tx nonce 4", EvmRpcError.NonceTooLow)]
    [InlineData(-32000, "nonce too low: address 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266, tx: 4 state: 5", EvmRpcError.NonceTooLow)]
    [InlineData(-32000, "nonce too high: address 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266, tx: 9 state: 5", EvmRpcError.Other)]
    [InlineData(-32000, "replacement transaction underpriced", EvmRpcError.Underpriced)]
    [InlineData(-32000, "transaction underpriced: gas tip cap 0, minimum needed 1", EvmRpcError.Underpriced)]
    [InlineData(-32000, "max fee per gas less than block base fee: address 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266, maxFeePerGas: 1, baseFee: 875000000", EvmRpcError.Underpriced)]
    [InlineData(-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000, overshot 21000", EvmRpcError.InsufficientFunds)]
    [InlineData(-32000, "insufficient funds for transfer", EvmRpcError.InsufficientFunds)]
    [InlineData(-32000, "intrinsic gas too low: gas 20000, minimum needed 21000", EvmRpcError.Other)]
    [InlineData(-32000, "exceeds block gas limit", EvmRpcError.Other)]
    [InlineData(-32000, "txpool is full", EvmRpcError.RateLimited)]
    [InlineData(-32000, "gas required exceeds allowance (21000)", EvmRpcError.Reverted)]
    [InlineData(-32000, "invalid opcode: INVALID", EvmRpcError.Reverted)]
    [InlineData(-32000, "out of gas", EvmRpcError.Reverted)]
    [InlineData(-32000, "execution reverted", EvmRpcError.Reverted)]
    [InlineData(3, "execution reverted: nonce too low", EvmRpcError.Reverted)]
    [InlineData(-32000, "unknown block", EvmRpcError.UnknownBlock)]
    [InlineData(-32000, "header not found", EvmRpcError.UnknownBlock)]
    [InlineData(-32000, "hash 0x1d59ff54b1eb26b013ce3cb5fc9dab3705b415a67127a003c3e61eb445bb8df2 is not currently canonical", EvmRpcError.UnknownBlock)]
    [InlineData(-32000, "missing trie node 1d59ff54 (path ) state 0x1d59 is not available", EvmRpcError.UnknownBlock)]
    [InlineData(-32602, "block range extends beyond current head block", EvmRpcError.UnknownBlock)]
    [InlineData(-32602, "invalid block range params", EvmRpcError.Other)]
    [InlineData(4444, "pruned history unavailable", EvmRpcError.UnknownBlock)]
    [InlineData(-32600, "batch too large", EvmRpcError.LimitExceeded)]
    [InlineData(-32003, "response too large", EvmRpcError.LimitExceeded)]
    [InlineData(-32002, "request timed out", EvmRpcError.TimedOut)]
    [InlineData(-32000, "execution aborted (timeout = 5s)", EvmRpcError.TimedOut)]
    [InlineData(-32601, "the method eth_nope does not exist/is not available", EvmRpcError.Unsupported)]
    // anvil and reth
    [InlineData(-32003, "Insufficient funds for gas * price + value", EvmRpcError.InsufficientFunds)]
    [InlineData(-32003, "transaction already imported", EvmRpcError.AlreadyKnown)]
    [InlineData(-32003, "max fee per gas less than block base fee", EvmRpcError.Underpriced)]
    [InlineData(-32003, "Out of gas: gas required exceeds allowance: 0", EvmRpcError.Reverted)]
    [InlineData(-32603, "EVM error InvalidFEOpcode", EvmRpcError.Reverted)]
    [InlineData(-32602, "BlockOutOfRangeError: block height is 0 but requested was 1000", EvmRpcError.UnknownBlock)]
    [InlineData(-32601, "Method not found", EvmRpcError.Unsupported)]
    [InlineData(-32001, "block not found: hash 0x1d59ff54b1eb26b013ce3cb5fc9dab3705b415a67127a003c3e61eb445bb8df2", EvmRpcError.UnknownBlock)]
    [InlineData(-32602, "query exceeds max block range 100000", EvmRpcError.LimitExceeded)]
    [InlineData(-32602, "query exceeds max results 20000, retry with the range 0-100", EvmRpcError.LimitExceeded)]
    // Nethermind
    [InlineData(-32010, "AlreadyKnown", EvmRpcError.AlreadyKnown)]
    [InlineData(-32010, "OldNonce, Current nonce: 5, nonce of rejected tx: 4", EvmRpcError.NonceTooLow)]
    [InlineData(-32010, "FeeTooLow, MaxFeePerGas needs to be at least 1 to be added to the TxPool. MaxFeePerGas of rejected tx: 0.", EvmRpcError.Underpriced)]
    [InlineData(-32010, "ReplacementNotAllowed", EvmRpcError.Underpriced)]
    [InlineData(-32010, "InsufficientFunds, Balance is zero, cannot pay gas", EvmRpcError.InsufficientFunds)]
    [InlineData(-32015, "VM execution error.", EvmRpcError.Reverted)]
    [InlineData(-32000, "insufficient sender balance", EvmRpcError.InsufficientFunds)]
    // Erigon
    [InlineData(-32000, "INTERNAL_ERROR: nonce too low", EvmRpcError.NonceTooLow)]
    [InlineData(-32000, "ALREADY_EXISTS: already known", EvmRpcError.AlreadyKnown)]
    [InlineData(-32000, "INTERNAL_ERROR: could not replace existing tx", EvmRpcError.Underpriced)]
    [InlineData(-32000, "INTERNAL_ERROR: fee too low", EvmRpcError.Underpriced)]
    [InlineData(-32000, "pending sub-pool is full", EvmRpcError.RateLimited)]
    // Besu
    [InlineData(-32001, "Nonce too low", EvmRpcError.NonceTooLow)]
    [InlineData(-32000, "Known transaction", EvmRpcError.AlreadyKnown)]
    [InlineData(-32004, "Upfront cost exceeds account balance", EvmRpcError.InsufficientFunds)]
    [InlineData(-32009, "Gas price below configured minimum gas price", EvmRpcError.Underpriced)]
    // vendors
    [InlineData(-32005, "query returned more than 10000 results. Try with this block range [0x1, 0x2].", EvmRpcError.LimitExceeded)]
    [InlineData(-32005, "daily request count exceeded, request rate limited", EvmRpcError.RateLimited)]
    [InlineData(-32005, "something of their own", EvmRpcError.LimitExceeded)]
    [InlineData(429, "Your app has exceeded its compute units per second capacity.", EvmRpcError.RateLimited)]
    [InlineData(-32602, "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range", EvmRpcError.LimitExceeded)]
    [InlineData(-32614, "eth_getLogs is limited to a 10,000 range", EvmRpcError.LimitExceeded)]
    [InlineData(-32007, "15/second request limit reached - reduce calls per second", EvmRpcError.RateLimited)]
    [InlineData(-32000, "something of their own", EvmRpcError.Other)]
    public async Task Error_InTheNodesWords_HasItsKind(int code, string message, EvmRpcError expected)
    {
        var problem = await FailAsync(code, message);

        Assert.Equal(expected, problem.Kind);
        Assert.Equal(code, problem.NodeCode);
        Assert.False(problem.MayHaveBeenReceived);
    }

    [Theory]
    [InlineData(3, "execution reverted: nonce", Revert)]
    [InlineData(-32015, "VM execution error: revert", Revert)]
    [InlineData(-32015, "Reverted", "Reverted " + Revert)]
    public async Task Revert_WithData_IsDecoded(int code, string message, string data)
    {
        var problem = await FailAsync(code, message, data);

        Assert.Equal(EvmRpcError.Reverted, problem.Kind);
        Assert.Equal("nonce", problem.Revert!.ToString());
        Assert.Equal(DePinErrorCode.SettlementFailed, problem.Code);
        Assert.False(problem.IsTransient);
    }

    [Theory]
    [InlineData("0x1")]
    [InlineData("revert")]
    [InlineData("")]
    public async Task Revert_WithDataThatIsNone_IsARevertWithoutReason(string data)
    {
        var problem = await FailAsync(3, "execution reverted", data);

        Assert.Equal(EvmRpcError.Reverted, problem.Kind);
        Assert.True(problem.Revert!.Data.IsEmpty);
    }

    [Fact]
    public async Task Error_LongAndWithLineBreaks_IsOneShortLine()
    {
        var problem = await FailAsync(-32000, "first\r\nsecond\u2028third" + new string('x', 10_000));

        Assert.True(problem.Message.Length < 400);
        Assert.DoesNotContain(problem.Message, character => char.IsControl(character) || character == '\u2028');
    }

    private static Task<EvmRpcException> FailAsync(int code, string message, string? data = null)
        => Assert.ThrowsAsync<EvmRpcException>(() => new EvmClient(new FakeNode(_ => FakeNode.Error(code, message, data))).GetBlockNumberAsync());
}
