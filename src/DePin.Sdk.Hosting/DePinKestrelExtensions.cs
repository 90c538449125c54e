using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DePin.Sdk.Hosting;

/// <summary>Sets Kestrel up for job streams.</summary>
public static class DePinKestrelExtensions
{
    /// <summary>
    /// Listens for providers' and marketplaces' calls: over TLS when there is a certificate, otherwise in cleartext with HTTP/2 prior knowledge. Sets the
    /// server's limits for long, mostly silent streams: 1,000 at a time on a connection, no minimum data rates, pings to notice vanished peers.
    /// </summary>
    /// <param name="options">The server's options, from <c>builder.WebHost.ConfigureKestrel</c>.</param>
    /// <param name="address">The address to listen on.</param>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="certificate">The TLS certificate with its private key; null for cleartext, which only HTTP/2 clients can reach.</param>
    public static KestrelServerOptions ListenForDePin(this KestrelServerOptions options, IPAddress address, int port, X509Certificate2? certificate = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(address);
        SetLimits(options.Limits);
        options.AddServerHeader = false;
        options.Listen(address, port, listen =>
        {
            if (certificate is null)
            {
                // Without TLS nothing negotiates the version, so a port that also speaks HTTP/1.1 would never speak HTTP/2.
                listen.Protocols = HttpProtocols.Http2;
            }
            else
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(certificate);
            }
        });
        return options;
    }

    internal static void SetLimits(KestrelServerLimits limits)
    {
        // A consumer that thinks, or a provider that computes, is silent without being an attacker; credit and deadlines bound what it can hold.
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.Http2.MaxStreamsPerConnection = 1000;

        // What a peer may send ahead of the reader: vouchers and prompts are small.
        limits.Http2.InitialStreamWindowSize = 128 * 1024;
        limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(15);
        limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
