using System.Buffers.Binary;
using DePin.Sdk.Chains.Solana.Transactions;

namespace DePin.Sdk.Chains.Solana.Programs;

/// <summary>Instructions that set what a transaction may use and what it pays for being early. Each may stand once in a transaction, anywhere.</summary>
public static class ComputeBudgetProgram
{
    /// <summary>The most compute units that a transaction may ask for.</summary>
    public const uint MaxUnits = 1_400_000;

    /// <summary>The program.</summary>
    public static SolanaAddress ProgramId { get; } = SolanaAddress.Parse("ComputeBudget111111111111111111111111111111");

    /// <summary>Sets the most compute units that the transaction may use; without it 200,000 for each instruction.</summary>
    /// <param name="units">At most <see cref="MaxUnits"/>; the priority fee is paid for all of them.</param>
    public static SolanaInstruction SetComputeUnitLimit(uint units) => Of(2, units);

    /// <summary>Sets the priority fee.</summary>
    /// <param name="microLamports">10^-15 SOL for each compute unit of the limit.</param>
    public static SolanaInstruction SetComputeUnitPrice(ulong microLamports)
    {
        var data = new byte[9];
        data[0] = 3;
        BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(1), microLamports);
        return new(ProgramId, Array.Empty<SolanaAccountMeta>(), data);
    }

    /// <summary>Sets the heap that each program gets.</summary>
    /// <param name="bytes">32 to 256 KiB, a multiple of 1,024.</param>
    public static SolanaInstruction RequestHeapFrame(uint bytes) => Of(1, bytes);

    /// <summary>Sets the most bytes of accounts that are loaded; without it 64 MiB. Less costs less of a block's room.</summary>
    /// <param name="bytes">More than 0.</param>
    public static SolanaInstruction SetLoadedAccountsDataSizeLimit(uint bytes) => Of(4, bytes);

    private static SolanaInstruction Of(byte tag, uint value)
    {
        var data = new byte[5];
        data[0] = tag;
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(1), value);
        return new(ProgramId, Array.Empty<SolanaAccountMeta>(), data);
    }
}
