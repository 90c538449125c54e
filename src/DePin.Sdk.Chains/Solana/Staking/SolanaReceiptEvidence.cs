using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;

namespace DePin.Sdk.Chains.Solana.Staking;

/// <summary>Two receipts by which a provider contradicts itself. They are checked when it is made, so that no rent and bond are paid for what proves nothing. Immutable.</summary>
public sealed class SolanaReceiptEvidence
{
    /// <summary>The longest receipt that fits into a transaction with its signature, in bytes of <see cref="JobReceipt.GetSigningBytes"/>. Who relies on stake refuses longer ones.</summary>
    public const int MaxStatementSizeInBytes = 720;

    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Ed25519Verifier());

    private SolanaReceiptEvidence(JobReceipt first, JobReceipt second, SolanaAddress key)
    {
        JobId = first.JobId;
        Key = key;
        Statements = [(first.GetSigningBytes(), new SolanaSignature(first.Signature.Bytes.Span)), (second.GetSigningBytes(), new SolanaSignature(second.Signature.Bytes.Span))];
    }

    /// <summary>The job that they are for.</summary>
    public JobId JobId { get; }

    /// <summary>The key that signed them.</summary>
    public SolanaAddress Key { get; }

    internal IReadOnlyList<(byte[] Bytes, SolanaSignature Signature)> Statements { get; }

    /// <summary>Two receipts for one run of a job that are not the same.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidReceipt"/>: they prove nothing; the message says why.</exception>
    public static SolanaReceiptEvidence FromReceipts(JobReceipt first, JobReceipt second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.JobId != second.JobId || !first.RunNonce.Span.SequenceEqual(second.RunNonce.Span))
        {
            throw Nothing("the receipts are for different jobs, or different runs of one");
        }

        if (first.Provider != second.Provider)
        {
            throw Nothing("the receipts are of different providers");
        }

        if (first.GetSigningBytes().AsSpan().SequenceEqual(second.GetSigningBytes()))
        {
            throw Nothing("the receipts say the same");
        }

        var key = RequireSigned(first, "the first receipt");
        RequireSigned(second, "the second receipt");
        return new SolanaReceiptEvidence(first, second, key);
    }

    private static SolanaAddress RequireSigned(JobReceipt receipt, string what)
    {
        if (!SolanaAddress.TryFromPublicKey(receipt.Provider, out var key))
        {
            throw Nothing($"{what} is signed with {CaipText.Shorten(receipt.Provider.Algorithm.ToString())}, which the chain does not verify; registered providers sign with {SignatureAlgorithm.Ed25519}");
        }

        byte[] statement = receipt.GetSigningBytes();
        if (!Verifiers.Verify(receipt.Provider, statement, receipt.Signature))
        {
            throw Nothing($"{what} is not signed by the provider that it names");
        }

        return statement.Length <= MaxStatementSizeInBytes ? key : throw Nothing($"{what} has {statement.Length} bytes, and a transaction holds {MaxStatementSizeInBytes} of one");
    }

    private static DePinException Nothing(string why) => new(DePinErrorCode.InvalidReceipt, Fault.Consumer, $"This proves nothing against the provider: {why}.");
}
