using System.Security.Cryptography;
using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>A provider's signed price list entry: one model, where it runs, and what it costs. Immutable.</summary>
public sealed record Offer
{
    /// <summary>SHA-256 of <see cref="GetSigningBytes"/>. Computed at each call: a copy made with other terms has another id.</summary>
    public OfferId Id => new(SHA256.HashData(GetSigningBytes()));

    /// <summary>The key that signs the offer and the receipts of jobs under it.</summary>
    public required PublicKey Provider { get; init; }

    /// <summary>The account that is paid.</summary>
    public required AccountId Payee { get; init; }

    /// <summary>Where jobs go, for example <c>http://203.0.113.7:5001/</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The kind of job: see <see cref="Jobs.JobKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The model's name on the network.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of the model's file; empty when the provider does not say.</summary>
    public ReadOnlyMemory<byte> ModelHash { get; init; }

    /// <summary>What a token costs.</summary>
    public required TokenPrice Price { get; init; }

    /// <summary>How much unpaid work the provider extends, in the price's asset. Zero asks for payment ahead.</summary>
    public required Amount CreditWindow { get; init; }

    /// <summary>Where it runs, for example <c>eu-west</c>; empty when not said.</summary>
    public string Region { get; init; } = string.Empty;

    /// <summary>What else it can do, for example <c>tools</c> or <c>json</c>; sorted, without repeats.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>How many jobs run at the same time.</summary>
    public int MaxConcurrentJobs { get; init; } = 1;

    /// <summary>The longest context in tokens; 0 when not said.</summary>
    public int ContextTokens { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it lapses. A job that started before may still finish.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The provider's signature over <see cref="GetSigningBytes"/>.</summary>
    public Signature Signature { get; init; }

    /// <summary>The canonical encoding that is signed.</summary>
    public byte[] GetSigningBytes()
    {
        var writer = new CanonicalWriter("depin.offer.v1")
            .Write(Provider)
            .Write(Payee.ToString())
            .Write(Endpoint.AbsoluteUri)
            .Write(Kind)
            .Write(Model)
            .Write(ModelHash.Span)
            .Write(Price.PerMillionInputTokens)
            .Write(Price.PerMillionOutputTokens)
            .Write(CreditWindow)
            .Write(Region)
            .Write(Capabilities.Count);
        foreach (var capability in Capabilities)
        {
            writer.Write(capability);
        }

        return writer
            .Write(MaxConcurrentJobs)
            .Write(ContextTokens)
            .Write((DateTimeOffset?)IssuedAt)
            .Write((DateTimeOffset?)ExpiresAt)
            .ToArray();
    }

    /// <summary>A copy signed by its provider.</summary>
    /// <exception cref="ArgumentException">The signer is not <see cref="Provider"/>.</exception>
    public async ValueTask<Offer> SignAsync(ISigner signer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        if (signer.PublicKey != Provider)
        {
            throw new ArgumentException("An offer is signed by the provider that it names.", nameof(signer));
        }

        return this with { Signature = await signer.SignAsync(GetSigningBytes(), cancellationToken).ConfigureAwait(false) };
    }

    /// <summary>Same signed content and signature.</summary>
    public bool Equals(Offer? other) => other is not null && Id == other.Id && Signature == other.Signature;

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}
