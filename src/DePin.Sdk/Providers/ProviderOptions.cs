using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;

namespace DePin.Sdk.Providers;

/// <summary>Who a provider is, where it is reached, how it is paid, and what it puts up with.</summary>
public sealed class ProviderOptions
{
    /// <summary>The key that signs offers and receipts, and whose account is paid. Required.</summary>
    public ISigner? Signer { get; set; }

    /// <summary>Where channels live. Required.</summary>
    public ISettlementBackend? Settlement { get; set; }

    /// <summary>Where vouchers survive a crash. It is not disposed with the provider.</summary>
    /// <value>Null: a SQLite file in <see cref="DataDirectory"/>. Needed as soon as one model has a price.</value>
    public IVoucherJournal? Journal { get; set; }

    /// <summary>A folder of the provider's own; created when it is missing.</summary>
    /// <value>Null: nothing is kept on disk.</value>
    public string? DataDirectory { get; set; }

    /// <summary>Where consumers reach this provider, for example <c>http://203.0.113.7:5001/</c>. Signed into every offer.</summary>
    /// <value>Null: the host says.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>Where it runs, for example <c>eu-west</c>.</summary>
    /// <value>Empty: not said.</value>
    public string Region { get; set; } = string.Empty;

    /// <summary>Where the offers are listed, if anywhere.</summary>
    /// <value>Null: consumers are told of this provider in some other way.</value>
    public IOfferPublisher? Publisher { get; set; }

    /// <summary>The signature schemes that are accepted from consumers.</summary>
    /// <value>P-256 alone.</value>
    public SignatureVerifiers Verifiers { get; set; } = SignatureVerifiers.Default;

    /// <summary>How payment is taken.</summary>
    public PaymentAcceptorOptions Payments { get; set; } = new();

    /// <summary>How many input tokens the credit window covers, where a model does not set its own: a prompt is read whole before the first voucher can follow it.</summary>
    /// <value>512.</value>
    public int CreditInputTokens { get; set; } = 512;

    /// <summary>How many output tokens the credit window covers, where a model does not set its own.</summary>
    /// <value>64.</value>
    public int CreditOutputTokens { get; set; } = 64;

    /// <summary>How long an offer holds. A new one is made after half of it, the old one stays good until it lapses.</summary>
    /// <value>One hour.</value>
    public TimeSpan OfferLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The longest that a job may run, whatever its own deadline.</summary>
    /// <value>Ten minutes.</value>
    public TimeSpan JobTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a consumer may take to say what it wants, once it is connected.</summary>
    /// <value>Ten seconds.</value>
    public TimeSpan JobStartTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a stopped job may take to come to rest: for its handler to notice, and for the consumer to take what is left.</summary>
    /// <value>Five seconds.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the last voucher is waited for, after the receipt.</summary>
    /// <value>Two seconds.</value>
    public TimeSpan FinalVoucherTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long running jobs may go on when the host shuts down; then they end with <see cref="Jobs.JobOutcome.Drained"/> and a receipt.</summary>
    /// <value>20 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest payload of a job that is accepted, in bytes.</summary>
    /// <value>4 MiB, less 64 KiB for what travels around it.</value>
    public int MaxPayloadBytes { get; set; } = (4 * 1024 * 1024) - (64 * 1024);

    /// <summary>What is wrong with these options, each as a sentence that says what to write. Empty when all is well.</summary>
    /// <param name="models">The models that are to be served.</param>
    public IReadOnlyList<string> Validate(IReadOnlyCollection<ServedModel> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var problems = new List<string>();
        void Require(bool condition, string problem)
        {
            if (!condition)
            {
                problems.Add(problem);
            }
        }

        Require(Signer is not null, "Signer is not set; write o.Signer = P256Signer.LoadOrCreate(\"provider-key.pem\").");
        Require(Settlement is not null, "Settlement is not set; write o.Settlement = LedgerSettlement.Open(\"ledger.db\"), or a chain's backend.");
        Require(Journal is not null || DataDirectory is not null || models.All(model => model.Price.IsFree),
            "Neither Journal nor DataDirectory is set, so vouchers would not survive a crash; write o.DataDirectory = \"provider-data\".");
        Require(Endpoint is null || (Endpoint.IsAbsoluteUri && Endpoint.AbsoluteUri.Length <= 2048), $"Endpoint '{Endpoint}' is not an absolute URI of at most 2,048 characters; write for example http://203.0.113.7:5001/.");
        Require(Region is not null && Region.Length <= 64, "Region is null or longer than 64 characters; write a short name such as eu-west, or leave it empty.");
        Require(Verifiers is not null, "Verifiers is null; leave it alone for P-256, or write SignatureVerifiers.Default.With(...).");
        Require(Payments is not null, "Payments is null; leave it alone or write o.Payments = new PaymentAcceptorOptions { ... }.");
        Require(CreditInputTokens is >= 0 and <= 100_000_000, $"CreditInputTokens is {CreditInputTokens}; write 0 to 100,000,000.");
        Require(CreditOutputTokens is >= 0 and <= 100_000_000, $"CreditOutputTokens is {CreditOutputTokens}; write 0 to 100,000,000.");
        Require(OfferLifetime >= TimeSpan.FromSeconds(10) && OfferLifetime <= TimeSpan.FromDays(366), $"OfferLifetime is {OfferLifetime}; write ten seconds to a year.");
        foreach (var (name, value) in new[]
        {
            (nameof(JobTimeout), JobTimeout), (nameof(JobStartTimeout), JobStartTimeout), (nameof(StopTimeout), StopTimeout),
            (nameof(FinalVoucherTimeout), FinalVoucherTimeout), (nameof(DrainTimeout), DrainTimeout),
        })
        {
            Require(value > TimeSpan.Zero && value <= TimeSpan.FromDays(20), $"{name} is {value}; write a time above zero, up to 20 days.");
        }

        Require(MaxPayloadBytes is >= 1 and <= 256 * 1024 * 1024, $"MaxPayloadBytes is {MaxPayloadBytes}; write 1 to 268,435,456.");
        Require(models.Count > 0, "No model is served; add one, for example .AddInference(\"npc-dialogue\", services => ...).");
        foreach (var group in models.GroupBy(model => (model.Kind, model.Model)).Where(group => group.Count() > 1))
        {
            problems.Add($"Model '{group.Key.Model}' is served {group.Count()} times for jobs of kind '{group.Key.Kind}'; give each its own name.");
        }

        return [.. problems, .. models.SelectMany(model => model.Validate())];
    }
}
