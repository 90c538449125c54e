using System.Buffers.Binary;
using DePin.Sdk.Identity;
using DePin.Sdk.Jobs;
using DePin.Sdk.Market;

namespace DePin.Sdk.Testing.Market;

/// <summary>Makes offers for tests and benchmarks.</summary>
public static class SampleOffers
{
    /// <summary>The asset that they are priced in.</summary>
    public static Asset Asset { get; } = Asset.Parse("depin:local/credit:usd");

    /// <summary>When they are issued unless told otherwise.</summary>
    public static DateTimeOffset IssuedAt { get; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>An unsigned chat offer of a provider with a key.</summary>
    /// <param name="provider">The key.</param>
    /// <param name="inputPrice">Base units for a million input tokens.</param>
    /// <param name="outputPrice">Base units for a million output tokens.</param>
    /// <param name="model">The model.</param>
    public static Offer Unsigned(PublicKey provider, UInt128 inputPrice, UInt128 outputPrice, string model = "npc-dialogue") => new()
    {
        Provider = provider,
        Payee = AccountId.Parse("depin:local:provider"),
        Endpoint = new Uri("http://127.0.0.1:5001/"),
        Kind = JobKinds.Chat,
        Model = model,
        Price = new TokenPrice(new Amount(inputPrice, Asset), new Amount(outputPrice, Asset)),
        CreditWindow = new Amount(1000, Asset),
        Region = "eu-west",
        Capabilities = ["json", "tools"],
        MaxConcurrentJobs = 4,
        ContextTokens = 4096,
        IssuedAt = IssuedAt,
        ExpiresAt = IssuedAt.AddHours(1),
    };

    /// <summary>A signed chat offer.</summary>
    public static ValueTask<Offer> SignedAsync(ISigner signer, UInt128 inputPrice, UInt128 outputPrice, string model = "npc-dialogue", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return Unsigned(signer.PublicKey, inputPrice, outputPrice, model).SignAsync(signer, cancellationToken);
    }

    /// <summary>A key that nobody can sign with, different for each number.</summary>
    public static PublicKey Key(int number)
    {
        Span<byte> bytes = stackalloc byte[33];
        bytes.Clear();
        bytes[0] = 2;
        BinaryPrimitives.WriteInt32BigEndian(bytes[29..], number);
        return new PublicKey(SignatureAlgorithm.P256, bytes);
    }
}
