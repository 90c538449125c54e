using DePin.Sdk.Chains.Evm.Encoding;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Evm.Sending;

namespace DePin.Sdk.Chains.Evm.Internal;

/// <summary>What contracts that take a token by <c>transferFrom</c> need of it (ERC-20).</summary>
internal static class Erc20
{
    private static readonly AbiFunction Allowance = AbiFunction.Parse("allowance(address owner, address spender)", "(uint256)");
    private static readonly AbiFunction Approve = AbiFunction.Parse("approve(address spender, uint256 value)");

    /// <summary>Lets a contract take so much of the sender's tokens, unless it may already.</summary>
    public static async Task EnsureAllowanceAsync(EvmClient client, EvmSender sender, EvmAddress token, EvmAddress spender, UInt256 amount, CancellationToken cancellationToken)
    {
        var answer = await client.CallAsync(new EvmCall { To = token, Data = Allowance.EncodeCall(sender.Address, spender) }, cancellationToken: cancellationToken).ConfigureAwait(false);
        if (ContractCall.Read(Allowance, answer)[0].AsUInt256() >= amount)
        {
            return;
        }

        await sender.SendAsync(new EvmTransactionRequest { To = token, Data = Approve.EncodeCall(spender, amount) }, cancellationToken).ConfigureAwait(false);
    }
}
