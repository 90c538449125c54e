using DePin.Sdk.Chains.Evm.Encoding;

namespace DePin.Sdk.Chains.Evm.Escrow.Internal;

/// <summary>What is called of ERC-20 tokens.</summary>
internal static class TokenAbi
{
    public static AbiFunction BalanceOf { get; } = AbiFunction.Parse("balanceOf(address account)", "(uint256)");

    public static AbiFunction Allowance { get; } = AbiFunction.Parse("allowance(address owner, address spender)", "(uint256)");

    public static AbiFunction Nonces { get; } = AbiFunction.Parse("nonces(address owner)", "(uint256)");

    public static AbiFunction Approve { get; } = AbiFunction.Parse("approve(address spender, uint256 value)", "(bool)");
}
