using DePin.Sdk.Market;
using DePin.Sdk.Providers;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>A model that the application asked to sell.</summary>
internal sealed record ModelRegistration(string Model, Func<IServiceProvider, ServedModelOptions, IJobHandler> Handler, Action<ServedModelOptions> Configure)
{
    /// <exception cref="OptionsValidationException">Its terms make no sense; the message says what to write.</exception>
    public ServedModel Create(IServiceProvider services)
    {
        var options = new ServedModelOptions();
        Configure(options);
        var asset = (options.PricePerMillionOutputTokens ?? options.PricePerMillionInputTokens)?.Asset
            ?? throw Invalid("has no price; write o.PricePerMillionOutputTokens = LedgerSettlement.Usd(0.60m), or Amount.Zero(asset) to give it away.");
        if (options.MaxOutputTokens < 0)
        {
            throw Invalid($"has MaxOutputTokens = {options.MaxOutputTokens}; write the longest answer, or 0 for no limit.");
        }

        var price = new TokenPrice(options.PricePerMillionInputTokens ?? Amount.Zero(asset), options.PricePerMillionOutputTokens ?? Amount.Zero(asset));
        if (price.PerMillionInputTokens.Asset != price.PerMillionOutputTokens.Asset)
        {
            throw Invalid("has its two prices in different assets; write both in one.");
        }

        return new ServedModel(Model, Handler(services, options), price)
        {
            CreditWindow = options.CreditWindow,
            MaxConcurrentJobs = options.MaxConcurrentJobs,
            MaxQueuedJobs = options.MaxQueuedJobs,
            ModelHash = options.ModelHash,
            Capabilities = [.. options.Capabilities],
            ContextTokens = options.ContextTokens,
        };
    }

    private OptionsValidationException Invalid(string problem) =>
        new(Model, typeof(ServedModelOptions), [$"Model '{Model}' {problem}"]);
}
