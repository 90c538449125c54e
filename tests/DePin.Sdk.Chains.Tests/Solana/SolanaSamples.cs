using DePin.Sdk.Chains.Solana;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Tests.Solana;

/// <summary>Addresses and instructions that are told apart at a glance.</summary>
internal static class SolanaSamples
{
    public static SolanaHash Blockhash { get; } = new(Enumerable.Repeat((byte)0xB1, 32).ToArray());

    public static SolanaAddress Address(int number)
    {
        var bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, number + 1);
        bytes[31] = 0xAD;
        return new SolanaAddress(bytes);
    }

    public static SolanaInstruction Instruction(SolanaAddress program, byte[] data, params SolanaAccountMeta[] accounts) => new(program, accounts, data);
}
