using DePin.Sdk.Chains.Evm;
using DePin.Sdk.Chains.Evm.Rpc;
using Nethereum.JsonRpc.Client;
using Nethereum.Web3;

namespace DePin.Sdk.Chains.Nethereum;

/// <summary>Uses what a Nethereum application has already: its client, its <c>Web3</c>, its account.</summary>
public static class NethereumExtensions
{
    /// <summary>The network's client over Nethereum's; see <see cref="NethereumTransport"/>.</summary>
    /// <param name="client">The client; it stays the caller's.</param>
    public static EvmClient ToEvmClient(this IClient client) => new(new NethereumTransport(client));

    /// <summary>Connects to payment channels through the node of a <c>Web3</c>.</summary>
    /// <param name="web3">The application's own; it stays the caller's.</param>
    /// <param name="options">Which escrow, and how.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="Settlement.SettlementException">There is no escrow at that address.</exception>
    public static Task<EvmSettlement> ConnectSettlementAsync(this IWeb3 web3, EvmSettlementOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(web3);
        return EvmSettlement.ConnectAsync(web3.Client.ToEvmClient(), options, cancellationToken);
    }

    /// <summary>The signer of a <c>Web3</c>'s account.</summary>
    /// <param name="web3">The application's own; it stays the caller's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">It has no account, or one that signs no digests.</exception>
    /// <exception cref="DePinException">An external signer made no signature of its own account (<see cref="DePinErrorCode.InvalidSignature"/>).</exception>
    public static Task<NethereumSigner> GetSignerAsync(this IWeb3 web3, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(web3);
        return web3.TransactionManager.Account is { } account
            ? NethereumSigner.ConnectAsync(account, cancellationToken)
            : throw new ArgumentException("This Web3 has no account.", nameof(web3));
    }
}
