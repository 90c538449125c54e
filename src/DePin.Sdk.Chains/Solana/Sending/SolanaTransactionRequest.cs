using DePin.Sdk.Chains.Solana.Programs;
using DePin.Sdk.Chains.Solana.Sending.Internal;
using DePin.Sdk.Chains.Solana.Transactions;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Chains.Solana.Sending;

/// <summary>A transaction that <see cref="SolanaSender"/> is to send: what it does, and who signs beside the fee payer. Compute budget, fee, blockhash and signatures are the sender's to add.</summary>
public sealed record SolanaTransactionRequest
{
    /// <summary>The longest <see cref="Key"/>, in characters.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>The most compute units that a transaction may use.</summary>
    public const uint MaxComputeUnits = 1_400_000;

    /// <summary>What it does: all of it or nothing. The sender's own instructions for the compute budget go behind them, so that their places stay.</summary>
    public required IReadOnlyList<SolanaInstruction> Instructions { get; init; }

    /// <summary>The keys (Ed25519) that sign beside the fee payer. They get the message's bytes; one that no instruction asks for signs nothing.</summary>
    /// <value>Empty: the fee payer signs alone.</value>
    public IReadOnlyList<ISigner> Signers { get; init; } = [];

    /// <summary>Tables that shorten the transaction.</summary>
    /// <value>Empty.</value>
    public IReadOnlyList<SolanaLookupTable> LookupTables { get; init; } = [];

    /// <summary>Names what the transaction is for, so that it is done once: a second request with the same key joins the first, also after a restart, as long as the journal remembers it.</summary>
    /// <value>Null: every request is a transaction of its own.</value>
    public string? Key { get; init; }

    /// <summary>The most compute units to use, up to <see cref="MaxComputeUnits"/>. The sender may change it by a few, to tell equal transactions apart.</summary>
    /// <value>Null: what the simulation used, and <see cref="SolanaSenderOptions.ComputeUnitMargin"/>.</value>
    public uint? ComputeUnitLimit { get; init; }

    /// <summary>A nonce account, for a transaction that must not expire: while its key signs slowly, or while the network is down.</summary>
    /// <value>Null: it names a recent block and expires about a minute later.</value>
    public SolanaDurableNonce? Nonce { get; init; }

    /// <summary>How large the transaction will be, with the instructions that the sender adds.</summary>
    /// <param name="feePayer">Who pays.</param>
    public SolanaTransactionSize Measure(SolanaAddress feePayer) => TransactionDraft.Measure(this, feePayer);

    internal void Validate(SolanaAddress feePayer)
    {
        if (Key is { Length: 0 or > MaxKeyLength })
        {
            throw new ArgumentException($"A key has 1 to {MaxKeyLength} characters, not {Key.Length}; leave it null to send without one.");
        }

        if (Instructions is not { Count: > 0 })
        {
            throw new ArgumentException("A transaction needs an instruction at least.");
        }

        if (ComputeUnitLimit is 0 or > MaxComputeUnits)
        {
            throw new ArgumentException($"A transaction may use 1 to {MaxComputeUnits} compute units, not {ComputeUnitLimit}; leave the limit null to have it found by simulation.");
        }

        if (Instructions.Any(instruction => instruction.ProgramId == ComputeBudgetProgram.ProgramId))
        {
            throw new ArgumentException($"The sender adds the compute budget itself; set {nameof(ComputeUnitLimit)} and the sender's options instead of instructions for it.");
        }

        foreach (var signer in Signers)
        {
            if (!SolanaAddress.TryFromPublicKey(signer.PublicKey, out _))
            {
                throw new ArgumentException($"A signer on Solana has a key of Ed25519; this one is '{signer.PublicKey.Algorithm}'.");
            }
        }

        var missing = RequestBody.SignersOf(Instructions, Nonce).Except(Signers.Select(AddressOf)).FirstOrDefault(address => address != feePayer);
        if (!missing.IsZero)
        {
            throw new ArgumentException($"The instructions need the signature of {missing}, which is neither the fee payer nor one of {nameof(Signers)}.");
        }
    }

    internal static SolanaAddress AddressOf(ISigner signer) => new(signer.PublicKey.Bytes.Span);
}
