namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>What the contract keeps of a channel: one storage slot.</summary>
/// <param name="Deposit">Everything deposited, in base units; after the channel closed, what the payee got in all.</param>
/// <param name="Settled">What the payee has been paid, in base units.</param>
/// <param name="ClosesAt">When the payer may withdraw, in Unix seconds of the chain's clock; 0 while nobody asked to close.</param>
/// <param name="Status">Where it is in its life.</param>
public readonly record struct EvmChannelState(UInt128 Deposit, UInt128 Settled, ulong ClosesAt, EvmChannelStatus Status);
