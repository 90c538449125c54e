using DePin.Sdk.Chains.Solana.Rpc;
using DePin.Sdk.Chains.Solana.Sending.Internal;

namespace DePin.Sdk.Chains.Tests.Solana.Sending;

/// <summary>A node that takes no transaction.</summary>
internal sealed class RefusingNode(ISenderNode node) : NodeDecorator(node)
{
    public override Task SendAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) =>
        throw new SolanaRpcException(SolanaRpcError.InvalidRequest, "not today", nodeCode: -32602);
}
