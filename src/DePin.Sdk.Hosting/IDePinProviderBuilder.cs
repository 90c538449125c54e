using Microsoft.Extensions.DependencyInjection;

namespace DePin.Sdk.Hosting;

/// <summary>Adds models to a provider.</summary>
public interface IDePinProviderBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
