using DePin.Sdk.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Hosting.Marketplace;

/// <summary>Deletes lapsed listings now and then.</summary>
internal sealed class MarketplaceSweeper(MarketplaceService service, MarketplaceOptions options, TimeProvider time, ILogger<MarketplaceSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.SweepInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                service.Sweep();
            }
            catch (DePinException e)
            {
                MarketLog.SweepFailed(logger, e);
            }
        }
    }
}
