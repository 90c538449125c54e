using DePin.Sdk.Chains.Cryptography;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Chains.Evm.Disputes;

/// <summary>Two statements by which a provider contradicts itself. It is checked when it is made, so that no bond is posted for what proves nothing. Immutable.</summary>
public sealed class EvmDisputeEvidence
{
    private static readonly SignatureVerifiers Verifiers = SignatureVerifiers.Default.With(new Secp256k1Verifier());

    private EvmDisputeEvidence(EvmDisputeProof proof, JobReceipt receipt, byte[] other, Signature otherSignature)
    {
        Proof = proof;
        JobId = receipt.JobId;
        Key = KeyOf(receipt.Provider);
        Statement = receipt.GetSigningBytes();
        StatementSignature = receipt.Signature.Bytes.ToArray();
        Other = other;
        OtherSignature = otherSignature.Bytes.ToArray();
    }

    /// <summary>What it proves.</summary>
    public EvmDisputeProof Proof { get; }

    /// <summary>The job that it is about.</summary>
    public JobId JobId { get; }

    /// <summary>The key that signed the (first) receipt; the registry says who answers for it.</summary>
    public EvmAddress Key { get; }

    internal byte[] Statement { get; }

    internal byte[] StatementSignature { get; }

    internal byte[] Other { get; }

    internal byte[] OtherSignature { get; }

    /// <summary>Two receipts for one run of a job that are not the same.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidReceipt"/>: they prove nothing; the message says why.</exception>
    public static EvmDisputeEvidence FromReceipts(JobReceipt first, JobReceipt second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.JobId != second.JobId || !first.RunNonce.Span.SequenceEqual(second.RunNonce.Span))
        {
            throw Nothing("the receipts are for different jobs, or different runs of one");
        }

        var bytes = second.GetSigningBytes();
        if (first.GetSigningBytes().AsSpan().SequenceEqual(bytes))
        {
            throw Nothing("the receipts say the same");
        }

        RequireSigned(first.Provider, first.GetSigningBytes(), first.Signature, "the first receipt");
        RequireSigned(second.Provider, bytes, second.Signature, "the second receipt");
        return new EvmDisputeEvidence(EvmDisputeProof.Equivocation, first, bytes, second.Signature);
    }

    /// <summary>A receipt that charges more for its usage than the offer that it names.</summary>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidReceipt"/>: they prove nothing; the message says why.</exception>
    public static EvmDisputeEvidence FromOffer(JobReceipt receipt, Offer offer)
    {
        ArgumentNullException.ThrowIfNull(receipt);
        ArgumentNullException.ThrowIfNull(offer);
        if (!receipt.OfferId.Span.SequenceEqual(offer.Id.Bytes.Span))
        {
            throw Nothing("the receipt names another offer");
        }

        // The contract counts in 256 bits, where no cost overflows, and takes a count below zero for none.
        var usage = new JobUsage(Math.Max(0, receipt.Usage.InputTokens), Math.Max(0, receipt.Usage.OutputTokens));
        bool isAllowed = receipt.Amount.Asset == offer.Price.Asset
            ? !OfferCost.TryCompute(offer.Price, usage, out var allowed) || receipt.Amount.BaseUnits <= allowed
            : receipt.Amount.IsZero;
        if (isAllowed)
        {
            throw Nothing("the receipt charges no more than the offer allows");
        }

        RequireSigned(receipt.Provider, receipt.GetSigningBytes(), receipt.Signature, "the receipt");
        RequireSigned(offer.Provider, offer.GetSigningBytes(), offer.Signature, "the offer");
        return new EvmDisputeEvidence(EvmDisputeProof.Overcharge, receipt, offer.GetSigningBytes(), offer.Signature);
    }

    private static void RequireSigned(PublicKey provider, byte[] statement, Signature signature, string what)
    {
        if (provider.Algorithm != SignatureAlgorithm.Secp256k1)
        {
            throw Nothing($"{what} is signed with {CaipText.Shorten(provider.Algorithm.ToString())}, which the chain does not verify; registered providers sign with {SignatureAlgorithm.Secp256k1}");
        }

        if (!Verifiers.Verify(provider, statement, signature))
        {
            throw Nothing($"{what} is not signed by the provider that it names");
        }
    }

    private static EvmAddress KeyOf(PublicKey key) => Secp256k1PublicKey.TryParse(key.Bytes.Span, out var point)
        ? EvmAddress.FromPublicKey(point)
        : throw Nothing("the receipt names its key by the address alone; the contract reads compressed points");

    private static DePinException Nothing(string why) => new(DePinErrorCode.InvalidReceipt, Fault.Consumer, $"This proves nothing against the provider: {why}.");
}
