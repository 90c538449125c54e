using System.Security.Cryptography;
using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>
/// A deployment of the stake program (<c>contracts/solana/provider-stake</c>, unaudited): its addresses and its instructions. <see cref="SolanaProviderStake"/> sends them. Immutable.
/// </summary>
/// <remarks>The rules are those of the registry and the arbiter on EVM chains, as far as <c>docs/adr/0033</c> says.</remarks>
public sealed partial class ProviderStakeProgram
{
    /// <summary>Names a deployment.</summary>
    /// <param name="programId">Where it lies. There is no deployment of ours.</param>
    public ProviderStakeProgram(SolanaAddress programId) => ProgramId = programId;

    /// <summary>Where it lies.</summary>
    public SolanaAddress ProgramId { get; }

    /// <summary>The pool of some terms, whether or not it was made.</summary>
    /// <exception cref="ArgumentException">The program would make no pool of these terms.</exception>
    public ProviderStakePool FindPool(ProviderStakeTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        terms.Validate();
        var address = ProgramAddress.Find(ProgramId, "pool"u8, SHA256.HashData(terms.ToArray()), out _);
        return new ProviderStakePool(address, AssociatedTokenAddress.Find(address, terms.Mint, TokenProgram.ProgramId), terms);
    }

    /// <summary>The stake that answers for a key in a pool.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="key">The key that signs receipts.</param>
    public SolanaAddress FindStake(SolanaAddress pool, SolanaAddress key)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("stake"u8);
        seeds.Add(pool);
        seeds.Add(key);
        return ProgramAddress.Find(ProgramId, seeds, out _);
    }

    /// <summary>Where a reporter shows a receipt.</summary>
    /// <param name="stake">The stake that answers.</param>
    /// <param name="reporter">Who shows it.</param>
    /// <param name="statement">The bytes that were signed (<see cref="JobReceipt.GetSigningBytes"/>).</param>
    public SolanaAddress FindReceipt(SolanaAddress stake, SolanaAddress reporter, ReadOnlySpan<byte> statement)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("receipt"u8);
        seeds.Add(stake);
        seeds.Add(reporter);
        seeds.Add(SHA256.HashData(statement));
        return ProgramAddress.Find(ProgramId, seeds, out _);
    }

    /// <summary>The one case that there can be about a job.</summary>
    /// <param name="stake">The stake that answers.</param>
    /// <param name="job">The job.</param>
    public SolanaAddress FindCase(SolanaAddress stake, JobId job) => FindCase(stake, job.ToBytes());

    private SolanaAddress FindCase(SolanaAddress stake, ReadOnlySpan<byte> job)
    {
        var seeds = default(ProgramSeeds);
        seeds.Add("case"u8);
        seeds.Add(stake);
        seeds.Add(job);
        return ProgramAddress.Find(ProgramId, seeds, out _);
    }
}
