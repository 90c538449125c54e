using DePin.Sdk.Identity;
using DePin.Sdk.Market;
using DePin.Sdk.Payments;
using DePin.Sdk.Providers;
using DePin.Sdk.Settlement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>Fills in what the application has among its services but did not repeat in the options.</summary>
internal sealed class ProviderOptionsFromServices(IServiceProvider services) : IPostConfigureOptions<ProviderOptions>
{
    public void PostConfigure(string? name, ProviderOptions options)
    {
        options.Signer ??= services.GetService<ISigner>() ?? LoadSigner(options.DataDirectory);
        options.Settlement ??= services.GetService<ISettlementBackend>();
        options.Publisher ??= services.GetService<IOfferPublisher>();
        if (options.DataDirectory is null)
        {
            options.Journal ??= services.GetService<IVoucherJournal>();
        }
    }

    private static P256Signer? LoadSigner(string? directory)
    {
        if (directory is null)
        {
            return null;
        }

        Directory.CreateDirectory(directory);
        return P256Signer.LoadOrCreate(Path.Combine(directory, "provider-key.pem"));
    }
}
