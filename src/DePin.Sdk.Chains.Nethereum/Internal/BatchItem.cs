using Nethereum.JsonRpc.Client;
using Nethereum.JsonRpc.Client.RpcMessages;
using RpcError = Nethereum.JsonRpc.Client.RpcError;

namespace DePin.Sdk.Chains.Nethereum.Internal;

/// <summary>One call of a batch; it keeps the answer as it came.</summary>
internal sealed class BatchItem(RpcRequestMessage message) : IRpcRequestResponseBatchItem
{
    public RpcResponseMessage? Response { get; private set; }

    public bool HasError => Response is { HasError: true };

    public object? RawResponse => Response?.Result;

    public RpcError? RpcError => Response?.Error is { } error ? new RpcError(error.Code, error.Message, error.Data) : null;

    public RpcRequestMessage RpcRequestMessage { get; } = message;

    public void DecodeResponse(RpcResponseMessage rpcResponse) => Response = rpcResponse;
}
