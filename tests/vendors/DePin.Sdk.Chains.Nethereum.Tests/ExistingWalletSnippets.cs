using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using DePin.Sdk.Chains.Nethereum.Contracts.ChannelEscrow;
using DePin.Sdk.Chains.Rpc;
using DePin.Sdk.Identity;
using Nethereum.JsonRpc.Client;
using Nethereum.Signer;
using Nethereum.Web3;

namespace DePin.Sdk.Chains.Nethereum.Tests;

/// <summary>The programs of docs/guides/existing-wallets.md that need Nethereum; they are compiled here.</summary>
internal static class ExistingWalletSnippets
{
    public static async Task<ISigner> SignAsync(IWeb3 web3, EthECKey key, IEthExternalSigner kms)
    {
        // begin-snippet: nethereum-signer
        ISigner ofTheAccount = await web3.GetSignerAsync();
        ISigner ofAKey = new NethereumSigner(key);
        ISigner ofAKms = await NethereumSigner.ConnectAsync(kms);

        // end-snippet
        return ofTheAccount == ofAKey ? ofAKms : ofTheAccount;
    }

    public static async Task<string> ConnectAsync(IWeb3 web3, EvmAddress escrow)
    {
        // begin-snippet: nethereum-settlement
        await using var settlement = await web3.ConnectSettlementAsync(new EvmSettlementOptions { Escrow = escrow });

        // end-snippet
        return settlement.Chain.ToString();
    }

    public static EvmClient Call(IClient yours, Uri another)
    {
        // begin-snippet: nethereum-transport
        var transport = new FailoverJsonRpcTransport(new EvmRpcChain(8453), [new JsonRpcEndpoint("ours", new NethereumTransport(yours)), JsonRpcEndpoint.At(another)]);
        var client = new EvmClient(transport);

        // end-snippet
        return client;
    }

    public static async Task<string> OpenAsync(IWeb3 web3, string escrow, OpenFunction call)
    {
        // begin-snippet: nethereum-service
        var service = new ChannelEscrowService(web3, escrow);
        var receipt = await service.OpenRequestAndWaitForReceiptAsync(call);
        var opened = service.GetOpenedEvent().DecodeAllEventsForEvent(receipt.Logs)[0].Event;

        // end-snippet
        return Convert.ToHexStringLower(opened.ChannelId);
    }
}
