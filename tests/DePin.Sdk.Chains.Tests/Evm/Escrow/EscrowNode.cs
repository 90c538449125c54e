using System.Text.Json;
using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.TypedData;
using DePin.Sdk.Chains.Rpc;

namespace DePin.Sdk.Chains.Tests.Evm.Escrow;

/// <summary>A node that knows one escrow, as far as connecting to it needs; other calls get what a test says.</summary>
internal sealed class EscrowNode : IJsonRpcTransport
{
    public const ulong ChainId = 1;

    public static readonly EvmAddress Address = EvmAddress.Parse("0x00000000000000000000000000000000000e5c00");

    /// <summary>Answers calls; null leaves them to the escrow.</summary>
    public Func<JsonRpcRequest, string?>? Answer { get; set; }

    public Task<IReadOnlyList<JsonRpcResponse>> SendAsync(IReadOnlyList<JsonRpcRequest> requests, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<JsonRpcResponse>>([.. requests.Select(request => JsonRpcResponse.FromResult(JsonDocument.Parse(Answer?.Invoke(request) ?? Escrow(request)).RootElement))]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Escrow(JsonRpcRequest request)
    {
        if (request.Method == "eth_chainId")
        {
            return $"\"{Hex.EncodeQuantity(ChainId)}\"";
        }

        using var parameters = JsonDocument.Parse(request.Parameters);
        var call = parameters.RootElement[0];
        var data = (call.TryGetProperty("input", out var input) ? input : call.GetProperty("data")).GetString()!;
        return data == Hex.Encode(AbiFunction.Parse("domainSeparator()").EncodeCall())
            ? $"\"{TypedDataDomain.PaymentChannel(ChainId, Address).Separator}\""
            : $"\"{Hash32.FromUInt256(3600UL)}\"";
    }
}
