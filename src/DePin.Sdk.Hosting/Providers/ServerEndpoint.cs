using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>Where consumers reach the provider when the options do not say: the address that the server is bound to.</summary>
internal sealed class ServerEndpoint(IServiceProvider services)
{
    private volatile Uri? _resolved;

    /// <exception cref="InvalidOperationException">The server is not bound, or to no address that a consumer could use.</exception>
    public Uri Resolve()
    {
        if (_resolved is { } known)
        {
            return known;
        }

        // Not injected: without a web server there is none to ask.
        var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        foreach (var address in addresses.OrderByDescending(address => address.StartsWith("https", StringComparison.OrdinalIgnoreCase)))
        {
            if (!IsWildcard(BindingAddress.Parse(address).Host) && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Port != 0)
            {
                return _resolved = uri;
            }
        }

        throw new InvalidOperationException(addresses.Count == 0
            ? "The server says no address of its own; write o.Endpoint = new Uri(\"http://203.0.113.7:5001/\"), where consumers reach this provider."
            : $"The server listens at {string.Join(", ", addresses)}, which no consumer can call; write o.Endpoint = new Uri(\"http://203.0.113.7:5001/\"), where consumers reach this provider.");
    }

    private static bool IsWildcard(string host) => host is "*" or "+" or "0.0.0.0" or "[::]" or "::";
}
