using DePin.Sdk.Jobs;
using DePin.Sdk.Market;
using DePin.Sdk.Wire;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>What a provider may bill: exactly the offered price of a usage that only grows, that fits what was sent and delivered, and stays below the limit.</summary>
internal sealed class DeltaRules(TokenPrice price, Amount maxCost, long maxInputTokens, long maxUnseenOutputTokens)
{
    private long _outputBytes;

    /// <summary>Checks a delta against what came before it.</summary>
    /// <returns>The usage and the cost after it.</returns>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidReceipt"/>, the provider's fault: it bills what it may not.</exception>
    public (JobUsage Usage, Amount Due) Check(JobDelta delta, JobUsage before)
    {
        var usage = new JobUsage(delta.InputTokens, delta.OutputTokens);
        if (usage.InputTokens < before.InputTokens || usage.OutputTokens < before.OutputTokens)
        {
            throw Overcharge($"its usage shrank from {before} to {usage}");
        }

        long bytes = _outputBytes;
        foreach (var output in delta.Outputs)
        {
            bytes += output.Length;
        }

        if (usage.OutputTokens - maxUnseenOutputTokens > bytes)
        {
            throw Overcharge($"it bills {usage.OutputTokens} output tokens for {bytes} bytes");
        }

        if (usage.InputTokens > maxInputTokens)
        {
            throw Overcharge($"it bills {usage.InputTokens} input tokens for a request of at most {maxInputTokens}");
        }

        var due = Cost(usage);
        var billed = WireConvert.FromWire(delta.AmountDue);
        if (billed != due.BaseUnits)
        {
            throw Overcharge($"it bills {billed} for {usage}, which costs {due.BaseUnits} by its offer");
        }

        if (due.BaseUnits > maxCost.BaseUnits)
        {
            throw Overcharge($"it bills {due.BaseUnits}, and the job may cost {maxCost.BaseUnits}");
        }

        return (usage, due);
    }

    /// <summary>Counts a delta that passed.</summary>
    public void Count(JobDelta delta)
    {
        foreach (var output in delta.Outputs)
        {
            _outputBytes += output.Length;
        }
    }

    private Amount Cost(JobUsage usage)
    {
        try
        {
            return price.CostOf(usage);
        }
        catch (OverflowException)
        {
            throw Overcharge($"the cost of {usage} is beyond any amount");
        }
    }

    private static DePinException Overcharge(string what) => new(
        DePinErrorCode.InvalidReceipt, Fault.Provider, $"The provider charges what it may not: {what}. It is paid no more for this job.");
}
