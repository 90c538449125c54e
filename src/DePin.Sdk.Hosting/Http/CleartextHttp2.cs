using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting.Http;

/// <summary>
/// Lets one cleartext port speak HTTP/1.1 (browsers, health checks) and HTTP/2 with prior knowledge (gRPC). Kestrel chooses between
/// them by ALPN alone and takes every cleartext connection for HTTP/1.1; here the connection preface decides (RFC 9113, 3.3 and 3.4).
/// </summary>
internal static class CleartextHttp2
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0"u8;

    /// <summary>Applies to every endpoint of the server; those with TLS are left alone, since no TLS connection begins with the preface.</summary>
    public static IServiceCollection AddCleartextHttp2(this IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Marker)))
        {
            return services;
        }

        services.AddSingleton<Marker>();

        // First of all, because endpoint defaults reach only the endpoints that are configured after them.
        services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<KestrelServerOptions>>(new ConfigureOptions<KestrelServerOptions>(static kestrel =>
        {
            // The requests say "http" on a connection that passes for one with ALPN.
            kestrel.AllowAlternateSchemes = true;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Use(static next => connection => DetectAsync(connection, next)));
        })));
        return services;
    }

    private static async Task DetectAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (await BeginsWithPrefaceAsync(connection).ConfigureAwait(false))
        {
            connection.Features.Set<ITlsConnectionFeature>(Cleartext.Instance);
            connection.Features.Set<ITlsApplicationProtocolFeature>(Cleartext.Instance);
        }

        await next(connection).ConfigureAwait(false);
    }

    /// <summary>Looks at the first bytes without taking them.</summary>
    private static async ValueTask<bool> BeginsWithPrefaceAsync(ConnectionContext connection)
    {
        var input = connection.Transport.Input;
        while (true)
        {
            var read = await input.ReadAsync(connection.ConnectionClosed).ConfigureAwait(false);
            int length = (int)Math.Min(read.Buffer.Length, Preface.Length);
            bool matches = Matches(read.Buffer.Slice(0, length));
            bool isDecided = !matches || length == Preface.Length || read.IsCompleted || read.IsCanceled;
            input.AdvanceTo(read.Buffer.Start, isDecided ? read.Buffer.Start : read.Buffer.End);
            if (isDecided)
            {
                return matches && length == Preface.Length;
            }
        }
    }

    private static bool Matches(System.Buffers.ReadOnlySequence<byte> head)
    {
        int at = 0;
        foreach (var segment in head)
        {
            if (!Preface.Slice(at, segment.Length).SequenceEqual(segment.Span))
            {
                return false;
            }

            at += segment.Length;
        }

        return true;
    }

    private sealed class Marker;

    /// <summary>A connection without TLS whose protocol is known to be HTTP/2.</summary>
    private sealed class Cleartext : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public static Cleartext Instance { get; } = new();

        public X509Certificate2? ClientCertificate
        {
            get => null;
            set => throw new NotSupportedException("A cleartext connection has no certificates.");
        }

        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult<X509Certificate2?>(null);
    }
}
