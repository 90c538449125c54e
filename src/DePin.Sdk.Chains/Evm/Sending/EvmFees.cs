namespace DePin.Sdk.Chains.Evm.Sending;

/// <summary>What gas costs now, in wei.</summary>
/// <param name="BaseFeePerGas">What the next block burns per gas (EIP-1559); 0 where the chain has no base fee.</param>
/// <param name="MaxFeePerGas">The most that a transaction offers per gas, tip included; the gas price itself where the chain has no base fee.</param>
/// <param name="MaxPriorityFeePerGas">The tip for the block's proposer; 0 where the chain has no base fee.</param>
/// <param name="IsLegacy">Whether the chain has no base fee, so that transactions carry one gas price.</param>
public readonly record struct EvmFees(UInt256 BaseFeePerGas, UInt256 MaxFeePerGas, UInt256 MaxPriorityFeePerGas, bool IsLegacy)
{
    /// <summary>The least that a transaction has to offer per gas to be in the next block: the base fee and the tip, or the gas price.</summary>
    public UInt256 NextBlockPrice => IsLegacy ? MaxFeePerGas : BaseFeePerGas + MaxPriorityFeePerGas;
}
