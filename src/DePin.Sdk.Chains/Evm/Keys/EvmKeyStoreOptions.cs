using System.Numerics;

namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>How new key files are encrypted, and what opening a file may cost, whoever wrote it.</summary>
public sealed class EvmKeyStoreOptions
{
    /// <summary>How new files make a key from the password.</summary>
    /// <value>Scrypt.</value>
    public EvmKeyDerivation Derivation { get; set; } = EvmKeyDerivation.Scrypt;

    /// <summary>The cost n of scrypt in new files, a power of two. With the default and r = 8, a guess takes 256 MiB and about a second.</summary>
    /// <value>262,144, as geth writes; 4,096 is quick, for tests.</value>
    public int ScryptCost { get; set; } = 1 << 18;

    /// <summary>The block size r of scrypt in new files.</summary>
    /// <value>8.</value>
    public int ScryptBlockSize { get; set; } = 8;

    /// <summary>The parallelization p of scrypt in new files; here it only adds time.</summary>
    /// <value>1.</value>
    public int ScryptParallelization { get; set; } = 1;

    /// <summary>The iterations of PBKDF2 in new files.</summary>
    /// <value>600,000.</value>
    public int Pbkdf2Iterations { get; set; } = 600_000;

    /// <summary>The most memory that opening a file may take, in bytes: 128 r (n + p + 2) for scrypt.</summary>
    /// <value>512 MiB.</value>
    public long MaxScryptMemoryInBytes { get; set; } = 512L << 20;

    /// <summary>The most work that opening a file may take: n r p for scrypt.</summary>
    /// <value>16,777,216, eight times the default of new files.</value>
    public long MaxScryptWork { get; set; } = 1L << 24;

    /// <summary>The most iterations of PBKDF2 that opening a file may take.</summary>
    /// <value>10,000,000.</value>
    public int MaxPbkdf2Iterations { get; set; } = 10_000_000;

    /// <summary>The clock, for the names of new files.</summary>
    /// <value>The system's.</value>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    internal void Validate()
    {
        if (!Enum.IsDefined(Derivation))
        {
            throw new ArgumentException($"{nameof(Derivation)} is {Derivation}; set Scrypt or Pbkdf2.");
        }

        if (ScryptCost < 2 || !BitOperations.IsPow2(ScryptCost) || ScryptBlockSize is < 1 or > 1024 || ScryptParallelization is < 1 or > 1024)
        {
            throw new ArgumentException($"{nameof(ScryptCost)} is a power of two from 2 up, {nameof(ScryptBlockSize)} and {nameof(ScryptParallelization)} are 1 to 1,024.");
        }

        if (Pbkdf2Iterations < 1 || Pbkdf2Iterations > MaxPbkdf2Iterations)
        {
            throw new ArgumentException($"{nameof(Pbkdf2Iterations)} is {Pbkdf2Iterations}; set 1 to {nameof(MaxPbkdf2Iterations)} ({MaxPbkdf2Iterations}), or the file could not be opened.");
        }

        if (Cryptography.Internal.Scrypt.MemorySize(ScryptCost, ScryptBlockSize, ScryptParallelization) > Math.Min(MaxScryptMemoryInBytes, int.MaxValue) || (long)ScryptCost * ScryptBlockSize * ScryptParallelization > MaxScryptWork)
        {
            throw new ArgumentException($"New files would take more than {nameof(MaxScryptMemoryInBytes)} or {nameof(MaxScryptWork)} and could not be opened; lower {nameof(ScryptCost)}.");
        }

        ArgumentNullException.ThrowIfNull(TimeProvider);
    }
}
