using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Settlement;
using DePin.Sdk.Transport;
using DePin.Sdk.Verification;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Consumers;

/// <summary>Who a consumer is, where it looks for providers, and how it pays. What is passed in stays the caller's to dispose.</summary>
public sealed class DePinClientOptions
{
    /// <summary>Where providers are found. Required.</summary>
    public IProviderDirectory? Directory { get; set; }

    /// <summary>Where channels live. Required.</summary>
    public ISettlementBackend? Settlement { get; set; }

    /// <summary>The key whose account pays, and which signs vouchers. Required.</summary>
    public ISigner? Signer { get; set; }

    /// <summary>Accounts on other chains, which pay the providers that are paid there. A provider that is paid where <see cref="Settlement"/> is comes from <see cref="Signer"/>'s account.</summary>
    /// <value>Empty: providers that are paid on other chains are passed over.</value>
    public IList<ConsumerAccount> OtherAccounts { get; set; } = [];

    /// <summary>Which offer is taken.</summary>
    /// <value>Null: <see cref="PowerOfTwoSelector"/>.</value>
    public IOfferSelector? Selector { get; set; }

    /// <summary>How providers are reached.</summary>
    /// <value>Null: over HTTP/2.</value>
    public IProviderConnector? Connector { get; set; }

    /// <summary>Where vouchers and channels survive a crash.</summary>
    /// <value>Null: a SQLite file in <see cref="DataDirectory"/>.</value>
    public IVoucherJournal? Journal { get; set; }

    /// <summary>A folder of the client's own; created when it is missing.</summary>
    /// <value>Null: with no <see cref="Journal"/> either, vouchers are kept in memory, with a warning in the log.</value>
    public string? DataDirectory { get; set; }

    /// <summary>How much may be spent from <see cref="Signer"/>'s account, and how its channels are kept; <see cref="OtherAccounts"/> have their own.</summary>
    public PaymentSessionOptions Payments { get; set; } = new();

    /// <summary>Why an answer is believed.</summary>
    /// <value>Null: <see cref="ReceiptVerifier"/>.</value>
    public IResultVerifier? Verifier { get; set; }

    /// <summary>The signature schemes that are accepted from providers.</summary>
    /// <value>P-256 alone.</value>
    public SignatureVerifiers SignatureVerifiers { get; set; } = SignatureVerifiers.Default;

    /// <summary>How old the offers may grow before they are read again, in the background.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan OfferRefreshInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    /// <value>Null: nowhere.</value>
    public ILoggerFactory? LoggerFactory { get; set; }

    /// <summary>Throws when something is missing or out of range, with what to write instead.</summary>
    /// <exception cref="ArgumentException">An option is missing or wrong.</exception>
    internal void Validate()
    {
        Require(Directory is not null, "Directory is not set; write Directory = new StaticDirectory(offers), or a marketplace's directory.");
        Require(Settlement is not null, "Settlement is not set; write Settlement = LedgerSettlement.Open(\"ledger.db\"), or a chain's backend.");
        Require(Signer is not null, "Signer is not set; write Signer = P256Signer.LoadOrCreate(\"consumer-key.pem\").");
        Require(OtherAccounts is not null && OtherAccounts.All(a => a is { Settlement: not null, Signer: not null, Payments: not null }), "OtherAccounts is null or holds an account without a backend, a signer or options; write OtherAccounts = { new ConsumerAccount { Settlement = ..., Signer = ... } }.");
        Require(OtherAccounts!.Select(a => a.Settlement.Chain).Append(Settlement!.Chain).Distinct().Count() == OtherAccounts!.Count + 1, "OtherAccounts holds two accounts on one chain, or one on the chain of Settlement; keep one account on each chain.");
        Require(Payments is not null, "Payments is null; leave it alone or write Payments = new PaymentSessionOptions { ... }.");
        Require(SignatureVerifiers is not null, "SignatureVerifiers is null; leave it alone for P-256, or write SignatureVerifiers.Default.With(...).");
        Require(TimeProvider is not null, "TimeProvider is null; leave it alone for the system's clock.");
        Require(DataDirectory is null || !string.IsNullOrWhiteSpace(DataDirectory), "DataDirectory is empty; write a folder's path, or null to keep nothing on disk.");
        Require(Journal is null || DataDirectory is null, "Both Journal and DataDirectory are set; keep one of them.");
        Require(OfferRefreshInterval > TimeSpan.Zero && OfferRefreshInterval <= TimeSpan.FromDays(1), $"OfferRefreshInterval is {OfferRefreshInterval}; write a time above zero, up to a day.");
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new ArgumentException($"DePinClientOptions.{problem}");
        }
    }
}
