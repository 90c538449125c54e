using System.Text.Json;
using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Tests.Rpc;

namespace DePin.Sdk.Chains.Tests.Solana.Rpc;

public sealed class SolanaErrorTests
{
    [Theory]
    [InlineData(-32001, "Block 5 cleaned up, does not exist on node. First available block: 1000", SolanaRpcError.SlotUnavailable)]
    [InlineData(-32003, "Transaction signature verification failure", SolanaRpcError.SignatureFailure)]
    [InlineData(-32004, "Block not available for slot 7", SolanaRpcError.SlotUnavailable)]
    [InlineData(-32005, "Node is behind by 42 slots", SolanaRpcError.NodeBehind)]
    [InlineData(-32005, "Node is unhealthy", SolanaRpcError.NodeBehind)]
    [InlineData(-32005, "Rate limit exceeded", SolanaRpcError.RateLimited)]
    [InlineData(-32006, "Transaction precompile verification failure InvalidSignature", SolanaRpcError.SignatureFailure)]
    [InlineData(-32007, "Slot 7 was skipped, or missing due to ledger jump to recent snapshot", SolanaRpcError.SlotUnavailable)]
    [InlineData(-32009, "Slot 7 was skipped, or missing in long-term storage", SolanaRpcError.SlotUnavailable)]
    [InlineData(-32010, "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA excluded from account secondary indexes; this RPC method unavailable for key", SolanaRpcError.MethodUnavailable)]
    [InlineData(-32011, "Transaction history is not available from this node", SolanaRpcError.MethodUnavailable)]
    [InlineData(-32015, "Transaction version (1) is not supported by the requesting client. Please try the request again with the following configuration parameter: \"maxSupportedTransactionVersion\": 1", SolanaRpcError.InvalidRequest)]
    [InlineData(-32016, "Minimum context slot has not been reached", SolanaRpcError.MinContextSlot)]
    [InlineData(-32601, "Method not found", SolanaRpcError.MethodUnavailable)]
    [InlineData(-32600, "Method 'getProgramAccounts' is not available on the free plan", SolanaRpcError.MethodUnavailable)]
    [InlineData(-32602, "Invalid param: Invalid", SolanaRpcError.InvalidRequest)]
    [InlineData(-32602, "Too many inputs provided; max 100", SolanaRpcError.LimitExceeded)]
    [InlineData(-32602, "failed to deserialize solana_transaction::versioned::VersionedTransaction: Attempting to read 2 bytes", SolanaRpcError.InvalidRequest)]
    [InlineData(429, "Too many requests for a specific RPC call", SolanaRpcError.RateLimited)]
    [InlineData(-32002, "Transaction verification failed for transaction Internal error: \"Transaction error: This transaction has already been processed\"", SolanaRpcError.AlreadyProcessed)]
    [InlineData(-32002, "Transaction simulation failed: Blockhash not found", SolanaRpcError.BlockhashNotFound)]
    [InlineData(-32002, "Transaction verification failed for transaction Internal error: \"Transaction error: Transaction did not pass signature verification\"", SolanaRpcError.SignatureFailure)]
    [InlineData(-32002, "Transaction simulation failed: This program may not be used for executing instructions", SolanaRpcError.SimulationFailed)]
    [InlineData(-32603, "Internal error", SolanaRpcError.Other)]
    public async Task NodeError_Message_IsTyped(int code, string message, SolanaRpcError expected)
    {
        var problem = await FailAsync(FakeNode.Error(code, message));

        Assert.Equal(expected, problem.Kind);
        Assert.Equal(code, problem.NodeCode);
        Assert.Null(problem.TransactionError);
    }

    [Fact]
    public async Task NodeError_PreflightFails_HasTheErrorTheLogsAndTheUnits()
    {
        var problem = await FailAsync("!" + SolanaAnswers.PreflightError);

        Assert.Equal(SolanaRpcError.SimulationFailed, problem.Kind);
        Assert.Equal(SolanaTransactionErrorKind.InstructionError, problem.TransactionError!.Kind);
        Assert.Equal(1U, problem.TransactionError.CustomCode);
        Assert.Equal(0, problem.TransactionError.InstructionIndex);
        Assert.Equal(3, problem.Logs.Count);
        Assert.Equal(150UL, problem.UnitsConsumed);
        Assert.Equal("sendTransaction failed: instruction 0 failed with the program's error 1 (0x1) (code -32002).", problem.Message);
        Assert.False(problem.MayHaveBeenReceived);
    }

    [Theory]
    [InlineData("\"BlockhashNotFound\"", SolanaRpcError.BlockhashNotFound)]
    [InlineData("\"AlreadyProcessed\"", SolanaRpcError.AlreadyProcessed)]
    [InlineData("\"SignatureFailure\"", SolanaRpcError.SignatureFailure)]
    [InlineData("\"InsufficientFundsForFee\"", SolanaRpcError.SimulationFailed)]
    [InlineData("{\"InsufficientFundsForRent\":{\"account_index\":2}}", SolanaRpcError.SimulationFailed)]
    [InlineData("\"NeverHeardOf\"", SolanaRpcError.SimulationFailed)]
    public async Task NodeError_ErrorInItsData_CountsMoreThanItsWords(string error, SolanaRpcError expected)
        => Assert.Equal(expected, (await FailAsync($$$"""!{"code":-32002,"message":"Transaction simulation failed: rate limit","data":{"err":{{{error}}},"logs":null,"unitsConsumed":0}}""")).Kind);

    [Theory]
    [InlineData("\"InsufficientFundsForFee\"", DePinErrorCode.InsufficientFunds)]
    [InlineData("\"AccountInUse\"", DePinErrorCode.SettlementFailed)]
    public async Task NodeError_FeePayerIsPoor_SaysSo(string error, DePinErrorCode expected)
        => Assert.Equal(expected, (await FailAsync($$$"""!{"code":-32002,"message":"x","data":{"err":{{{error}}}}}""")).Code);

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("{\"err\":5}")]
    [InlineData("{\"err\":{},\"logs\":{},\"unitsConsumed\":-1}")]
    [InlineData("{\"err\":{\"InstructionError\":[300,\"GenericError\"]},\"logs\":[1],\"unitsConsumed\":\"1\"}")]
    public async Task NodeError_DataIsNonsense_IsLeftOut(string data)
    {
        var problem = await FailAsync($$$"""!{"code":-32002,"message":"x","data":{{{data}}}}""");

        Assert.Equal(SolanaRpcError.SimulationFailed, problem.Kind);
        Assert.Null(problem.TransactionError);
        Assert.Empty(problem.Logs);
        Assert.Null(problem.UnitsConsumed);
    }

    [Fact]
    public async Task NodeError_WordsOfMany_AreOneShortLine()
    {
        var problem = await FailAsync(FakeNode.Error(-32000, "a\nb\u2028" + new string('c', 5000)));

        Assert.InRange(problem.Message.Length, 100, 400);
        Assert.DoesNotContain(problem.Message, char.IsControl);
    }

    [Theory]
    [InlineData("\"AccountInUse\"", "AccountInUse", null, null, null)]
    [InlineData("{\"InstructionError\":[2,{\"Custom\":4294967295}]}", "InstructionError", 2, "Custom", 4294967295U)]
    [InlineData("{\"InstructionError\":[255,\"ComputationalBudgetExceeded\"]}", "InstructionError", 255, "ComputationalBudgetExceeded", null)]
    [InlineData("{\"InstructionError\":[1,{\"BorshIoError\":\"Unknown\"}]}", "InstructionError", 1, "BorshIoError", null)]
    [InlineData("{\"InstructionError\":[1,\"BorshIoError\"]}", "InstructionError", 1, "BorshIoError", null)]
    [InlineData("{\"InstructionError\":[1,\"NewInTheFuture\"]}", "InstructionError", 1, "NewInTheFuture", null)]
    [InlineData("{\"DuplicateInstruction\":3}", "DuplicateInstruction", 3, null, null)]
    public async Task TransactionError_Shapes_AreRead(string error, string name, int? instruction, string? instructionError, uint? custom)
    {
        var read = await ReadAsync(error);

        Assert.Equal(name, read.Name);
        Assert.Equal(name, read.Kind.ToString());
        Assert.Equal(instruction, read.InstructionIndex);
        Assert.Equal(instructionError, read.Instruction?.Name);
        Assert.Equal(instructionError is null ? null : Enum.TryParse<SolanaInstructionErrorKind>(instructionError, out var kind) ? kind : SolanaInstructionErrorKind.Unknown, read.Instruction?.Kind);
        Assert.Equal(custom, read.CustomCode);
    }

    [Theory]
    [InlineData("InsufficientFundsForRent")]
    [InlineData("ProgramExecutionTemporarilyRestricted")]
    public async Task TransactionError_AboutAnAccount_SaysWhich(string kind)
    {
        var read = await ReadAsync($$$"""{"{{{kind}}}":{"account_index":7}}""");

        Assert.Equal(kind, read.Kind.ToString());
        Assert.Equal(7, read.AccountIndex);
    }

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("\"Unknown\"")]
    [InlineData("\"AccountInUse, BlockhashNotFound\"")]
    [InlineData("\"accountinuse\"")]
    [InlineData("\"\"")]
    public async Task TransactionError_NameIsNone_IsUnknown(string error) => Assert.Equal(SolanaTransactionErrorKind.Unknown, (await ReadAsync(error)).Kind);

    [Theory]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"InstructionError\":null}")]
    [InlineData("{\"InstructionError\":[0]}")]
    [InlineData("{\"InstructionError\":[-1,\"GenericError\"]}")]
    [InlineData("{\"InstructionError\":[256,\"GenericError\"]}")]
    [InlineData("{\"InstructionError\":[0,{\"Custom\":4294967296}]}")]
    [InlineData("{\"InstructionError\":[0,\"Custom\"]}")]
    [InlineData("{\"InsufficientFundsForRent\":{\"account_index\":-1}}")]
    public async Task TransactionError_ShapeIsAnother_IsMalformed(string error)
        => Assert.Equal(SolanaRpcError.Malformed, (await Assert.ThrowsAsync<SolanaRpcException>(() => ReadAsync(error))).Kind);

    [Fact]
    public async Task TransactionError_NameIsVeryLong_IsMalformed()
        => Assert.Equal(SolanaRpcError.Malformed, (await Assert.ThrowsAsync<SolanaRpcException>(() => ReadAsync(JsonSerializer.Serialize(new string('A', 65))))).Kind);

    private static async Task<SolanaTransactionError> ReadAsync(string error)
    {
        var client = new SolanaClient(new FakeNode(_ => $$$"""{"context":{"slot":1},"value":[{"slot":1,"confirmations":null,"confirmationStatus":"finalized","err":{{{error}}}}]}"""));
        return (await client.GetSignatureStatusesAsync([default]))[0]!.Error!;
    }

    private static Task<SolanaRpcException> FailAsync(string answer)
    {
        var client = new SolanaClient(new FakeNode(_ => answer));
        return Assert.ThrowsAsync<SolanaRpcException>(() => client.SendTransactionAsync(Convert.FromBase64String(SolanaAnswers.SentTransaction)));
    }
}
