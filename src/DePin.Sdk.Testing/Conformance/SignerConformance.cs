using DePin.Sdk.Identity;

namespace DePin.Sdk.Testing.Conformance;

/// <summary>What every <see cref="ISigner"/> does, wherever its key is: in the process, in a KMS, in hardware, in a vendor's wallet. Run <see cref="RunAsync"/> for each of <see cref="CaseNames"/>.</summary>
public sealed partial class SignerConformance
{
    private static readonly Dictionary<string, Func<SignerConformance, ISigner, Task>> Cases = new(StringComparer.Ordinal)
    {
        ["PublicKey_Always_IsOneOfItsAlgorithmAndStays"] = (_, signer) => KeyAsync(signer),
        ["Sign_AnyMessage_Verifies"] = (c, signer) => c.MessagesAsync(signer),
        ["Sign_MessageAsLongAsADigest_IsHashedAllTheSame"] = (c, signer) => c.DigestLikeAsync(signer),
        ["Sign_ManyMessages_HaveTheOneForm"] = (c, signer) => c.FormAsync(signer),
        ["Sign_OtherMessages_ShareNoNonce"] = (c, signer) => c.NoncesAsync(signer),
        ["Sign_SameMessage_IsAsDeterministicAsPromised"] = (c, signer) => c.DeterministicAsync(signer),
        ["Sign_Again_LeavesEarlierSignaturesAlone"] = (c, signer) => c.KeepAsync(signer),
        ["Sign_FromManyThreads_Verifies"] = (c, signer) => c.ThreadsAsync(signer),
        ["Sign_CancelledBefore_Throws"] = (_, signer) => CancelledAsync(signer),
        ["Sign_CancelledMeanwhile_EndsAndTheSignerGoesOn"] = (c, signer) => c.CancelledMeanwhileAsync(signer),
        ["ToString_Always_TellsNoKey"] = (c, signer) => c.SecretAsync(signer),
        ["Dispose_Twice_ThenSignsNoMore"] = (c, signer) => c.DisposeAsync(signer),
    };

    private readonly Func<ISigner> _create;
    private readonly SignatureVerifiers _verifiers;

    /// <summary>Makes the suite for an implementation.</summary>
    /// <param name="create">Makes a signer, or gives the same one each time. A case disposes it where it can be disposed.</param>
    /// <param name="verifiers">Know the signer's algorithm.</param>
    public SignerConformance(Func<ISigner> create, SignatureVerifiers verifiers)
    {
        _create = create;
        _verifiers = verifiers;
    }

    /// <summary>The names of the cases.</summary>
    public static IReadOnlyCollection<string> CaseNames => Cases.Keys;

    /// <summary>Whether the signer promises the same signature for the same message (RFC 6979). Hardware and KMS mostly do not.</summary>
    public bool IsDeterministic { get; init; }

    /// <summary>Gives a signer's private key, so that the suite can look for it in texts. Null where the key cannot be had, which is as well.</summary>
    public Func<ISigner, byte[]>? PrivateKey { get; init; }

    /// <summary>How long one signature may take before a case gives up.</summary>
    /// <value>One minute.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Runs a case.</summary>
    /// <exception cref="ConformanceException">The implementation fails it.</exception>
    public async Task RunAsync(string caseName)
    {
        var signer = _create();
        try
        {
            await Cases[caseName](this, signer).ConfigureAwait(false);
        }
        finally
        {
            (signer as IDisposable)?.Dispose();
        }
    }

    private static ReadOnlyMemory<byte> Message(int seed, int length)
    {
        var message = new byte[length];
        new Random(seed).NextBytes(message);
        return message;
    }

    private Task<Signature> SignAsync(ISigner signer, ReadOnlyMemory<byte> message) => signer.SignAsync(message).AsTask().WaitAsync(Patience);

    private async Task ExpectVerifiesAsync(ISigner signer, ReadOnlyMemory<byte> message, string what)
    {
        var signature = await SignAsync(signer, message).ConfigureAwait(false);
        Expect.Equal(signer.PublicKey.Algorithm, signature.Algorithm, $"the algorithm of the signature of {what}");
        Expect.True(_verifiers.Verify(signer.PublicKey, message.Span, signature), $"the signature of {what} verifies");
    }
}
