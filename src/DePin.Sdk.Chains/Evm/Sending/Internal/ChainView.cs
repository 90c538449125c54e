using DePin.Sdk.Chains.Evm.Rpc;

namespace DePin.Sdk.Chains.Evm.Sending.Internal;

/// <summary>What the node said of the chain and the account, at about the same time.</summary>
/// <param name="Head">The newest block.</param>
/// <param name="LatestNonce">The account's next nonce by that block.</param>
/// <param name="PendingNonce">The account's next nonce after what the node holds without a gap; never below <paramref name="LatestNonce"/>.</param>
/// <param name="FinalBlock">The block that the chain calls safe or final, when that is what counts.</param>
internal sealed record ChainView(EvmBlock Head, ulong LatestNonce, ulong PendingNonce, ulong? FinalBlock);
