using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Chains.Diagnostics;

/// <summary>What followers of a chain's logs report.</summary>
internal static partial class FollowerLog
{
    [LoggerMessage(4100, LogLevel.Information, "The chain was reorganised: the index went back from block {From} to {To}.")]
    public static partial void RolledBack(ILogger logger, long from, long to);

    [LoggerMessage(4101, LogLevel.Warning, "Following the chain failed {Failures} times in a row and is tried again.")]
    public static partial void StepFailed(ILogger logger, Exception exception, int failures);

    [LoggerMessage(4102, LogLevel.Error, "Following the registry has ended; the directory fails from now on.")]
    public static partial void Ended(ILogger logger, Exception exception);

    [LoggerMessage(4103, LogLevel.Warning, "The registered provider {Provider} is left out: {Reason}")]
    public static partial void ProviderFailed(ILogger logger, string provider, string reason);

    [LoggerMessage(4104, LogLevel.Warning, "The subscription to new blocks has ended; following goes on by polling.")]
    public static partial void SubscriptionEnded(ILogger logger, Exception exception);
}
