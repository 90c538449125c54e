using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DePin.Sdk.Hosting;
using DePin.Sdk.Identity;
using DePin.Sdk.Payments;
using DePin.Sdk.ProviderProcess;
using DePin.Sdk.Settlement;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Benchmarks;

/// <summary>A provider on Kestrel whose connections break off in the middle of an answer, as they do when its machine dies; afterwards it takes new ones.</summary>
internal sealed class MortalProvider : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ConnectionContext, bool> _connections = new();
    private readonly WebApplication _app;

    private MortalProvider(WebApplication app) => _app = app;

    public Uri Endpoint { get; private set; } = null!;

    /// <summary>How often it died.</summary>
    public int Deaths { get; private set; }

    /// <summary>Starts a provider.</summary>
    /// <param name="settlement">Shared with the consumer.</param>
    /// <param name="tokens">How many tokens an answer has.</param>
    /// <param name="pace">The time between two tokens.</param>
    /// <param name="lifetime">After how many tokens of a fresh answer it dies; asked for each.</param>
    public static async Task<MortalProvider> StartAsync(ISettlementBackend settlement, int tokens, TimeSpan pace, Func<int> lifetime)
    {
        MortalProvider? provider = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.Use(next => async connection =>
        {
            provider!._connections[connection] = true;
            await next(connection);
            provider._connections.TryRemove(connection, out _);
        })));
        builder.Services.AddDePinProvider(options =>
            {
                options.Signer = P256Signer.Create();
                options.Settlement = settlement;
                options.Journal = new MemoryVoucherJournal();
            })
            .AddInference("counting", _ => new MortalModel(new CountingChatClient(tokens, pace), lifetime, () => provider!.Die()), options =>
            {
                options.PricePerMillionInputTokens = LedgerSettlement.Usd(1);
                options.PricePerMillionOutputTokens = LedgerSettlement.Usd(2);
            });
        var app = builder.Build();
        app.MapDePinProvider();
        provider = new MortalProvider(app);
        await app.StartAsync();
        provider.Endpoint = new Uri(app.Urls.First());
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private void Die()
    {
        Deaths++;
        foreach (var connection in _connections.Keys)
        {
            connection.Abort();
        }
    }

    /// <summary>Dies with its provider: after so many tokens of a fresh answer. Answers that it continues for another one it finishes.</summary>
    private sealed class MortalModel(IChatClient inner, Func<int> lifetime, Action die) : DelegatingChatClient(inner)
    {
        public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            int left = messages.Last().Role == ChatRole.Assistant ? int.MaxValue : lifetime();
            await foreach (var update in base.GetStreamingResponseAsync(messages, options, cancellationToken))
            {
                if (left-- == 0)
                {
                    die();
                }

                yield return update;
            }
        }
    }
}
