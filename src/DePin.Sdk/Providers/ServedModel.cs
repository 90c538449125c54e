using DePin.Sdk.Market;

namespace DePin.Sdk.Providers;

/// <summary>One model that a provider sells, and on what terms. Immutable.</summary>
public sealed class ServedModel
{
    /// <summary>Offers a model.</summary>
    /// <param name="model">Its name on the network, 1 to 256 characters.</param>
    /// <param name="handler">What runs its jobs; it also names their kind.</param>
    /// <param name="price">What a token costs. Both amounts may be zero: then jobs need no payment channel.</param>
    public ServedModel(string model, IJobHandler handler, TokenPrice price)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(model);
        ArgumentNullException.ThrowIfNull(handler);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(model.Length, MaxNameLength, nameof(model));
        if (price.PerMillionInputTokens.Asset != price.PerMillionOutputTokens.Asset)
        {
            throw new ArgumentException($"The prices of '{model}' are in two assets; give both in one.", nameof(price));
        }

        Model = model;
        Handler = handler;
        Price = price;
    }

    internal const int MaxNameLength = 256;

    /// <summary>The kind of job: see <see cref="Jobs.JobKinds"/>.</summary>
    public string Kind => Handler.Kind;

    /// <summary>The model's name on the network.</summary>
    public string Model { get; }

    /// <summary>What runs its jobs.</summary>
    public IJobHandler Handler { get; }

    /// <summary>What a token costs.</summary>
    public TokenPrice Price { get; }

    /// <summary>How much unpaid work is extended on one channel, over all its jobs. Zero asks for payment ahead.</summary>
    /// <value>Null: what <see cref="ProviderOptions.CreditInputTokens"/> and <see cref="ProviderOptions.CreditOutputTokens"/> cost.</value>
    public Amount? CreditWindow { get; init; }

    /// <summary>How many jobs run at the same time.</summary>
    /// <value>16.</value>
    public int MaxConcurrentJobs { get; init; } = 16;

    /// <summary>How many more may wait for their turn; beyond, jobs are refused with <see cref="DePinErrorCode.Overloaded"/>.</summary>
    /// <value>64.</value>
    public int MaxQueuedJobs { get; init; } = 64;

    /// <summary>SHA-256 of the model's file; empty not to say.</summary>
    public ReadOnlyMemory<byte> ModelHash { get; init; }

    /// <summary>What else it can do, for example <c>tools</c> or <c>json</c>.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    /// <summary>The longest context in tokens; 0 not to say.</summary>
    public int ContextTokens { get; init; }

    internal IEnumerable<string> Validate()
    {
        if (MaxConcurrentJobs is < 1 or > 1_000_000)
        {
            yield return $"Model '{Model}': MaxConcurrentJobs is {MaxConcurrentJobs}; write a number from 1 to 1,000,000.";
        }

        if (MaxQueuedJobs is < 0 or > 1_000_000)
        {
            yield return $"Model '{Model}': MaxQueuedJobs is {MaxQueuedJobs}; write 0 (refuse at once) to 1,000,000.";
        }

        if (ModelHash.Length is not (0 or 32))
        {
            yield return $"Model '{Model}': ModelHash has {ModelHash.Length} bytes; write the 32 bytes of the model file's SHA-256, or leave it empty.";
        }

        if (ContextTokens < 0)
        {
            yield return $"Model '{Model}': ContextTokens is {ContextTokens}; write the longest context, or 0 not to say.";
        }

        if (CreditWindow is { } credit && credit.Asset != Price.Asset)
        {
            yield return $"Model '{Model}': CreditWindow is in {credit.Asset}; write it in {Price.Asset}, the asset of the price.";
        }

        if (Capabilities.Count > 64 || Capabilities.Any(capability => string.IsNullOrWhiteSpace(capability) || capability.Length > 64))
        {
            yield return $"Model '{Model}': Capabilities holds an empty or overlong entry; write at most 64 words of at most 64 characters.";
        }

        // Costs are computed in 128 bits; a price beyond this would overflow within a long job.
        if (Price.PerMillionInputTokens.BaseUnits >> 88 != 0 || Price.PerMillionOutputTokens.BaseUnits >> 88 != 0)
        {
            yield return $"Model '{Model}': a price of 2^88 base units or more per million tokens is refused; check its unit.";
        }
    }
}
