using DePin.Sdk;

namespace Quickstart;

/// <summary>Test dollars on a chain: what all chains have in common.</summary>
internal abstract class ChainMoney : Money
{
    protected const int Decimals = 6;

    protected abstract ChainReport Report { get; }

    public override string Text(Amount amount) => "$" + amount.ToDecimalString(Decimals);

    public override async Task WaitForClaimsAsync()
    {
        // What is not claimed by then is settled when its channel closes.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            while (!await Report.IsEverythingClaimedAsync(limit.Token))
            {
                await Task.Delay(TimeSpan.FromSeconds(0.2), limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Console.WriteLine("Some vouchers are not claimed yet; they are settled when their channels close.");
        }
    }

    public override Task ReportAsync() => Report.PrintAsync();
}
