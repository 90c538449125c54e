namespace DePin.Sdk.Chains.Evm.Rewards;

/// <summary>What one account gets of an epoch.</summary>
/// <param name="Index">The row's number in the list; each pays once.</param>
/// <param name="Account">Who gets it.</param>
/// <param name="Amount">How much, in base units of the distributor's token.</param>
public readonly record struct RewardRow(int Index, EvmAddress Account, UInt128 Amount);
