using DePin.Sdk.Diagnostics;
using DePin.Sdk.Providers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DePin.Sdk.Hosting.Providers;

/// <summary>Runs a provider with its application: checks it at the start, lets it claim and announce, and drains it before the server stops.</summary>
internal sealed class ProviderHost(ProviderRuntime provider, IOptions<ProviderOptions> options, ILogger<ProviderHost> logger) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    /// <summary>What does not work any more; null when all is well.</summary>
    public string? Problem { get; private set; }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The server is bound by now, so a provider that cannot make offers fails the application's start.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var offers = await provider.GetOffersAsync(cancellationToken).ConfigureAwait(false);
        ProviderLog.Serving(logger, offers.Count, offers[0].Endpoint);
        _running = RunAsync();
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // First off the market, so that no new consumer comes while the old ones are served.
        await _stopping.CancelAsync().ConfigureAwait(false);
        await provider.DrainAsync(options.Value.DrainTimeout, cancellationToken).ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync()
    {
        try
        {
            await provider.RunAsync(_stopping.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // It goes on serving; the health endpoint says what is wrong.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Problem = "The provider no longer claims what it is owed; see its log, and restart it.";
            ProviderLog.BackgroundFailed(logger, failure);
        }
    }
}
