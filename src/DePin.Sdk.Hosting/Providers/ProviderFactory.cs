using DePin.Sdk.Providers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>Makes the provider from what the application registered.</summary>
internal static class ProviderFactory
{
    /// <exception cref="OptionsValidationException">The options make no sense; the message says what to write.</exception>
    public static ProviderRuntime Create(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<ProviderOptions>>().Value;
        ServedModel[] models = [.. services.GetServices<ModelRegistration>().Select(registration => registration.Create(services))];
        var problems = options.Validate(models);
        if (problems.Count > 0)
        {
            throw new OptionsValidationException(nameof(ProviderOptions), typeof(ProviderOptions), problems);
        }

        var server = services.GetRequiredService<ServerEndpoint>();
        return new ProviderRuntime(options, models, server.Resolve, services.GetService<ILoggerFactory>(), services.GetService<TimeProvider>());
    }
}
