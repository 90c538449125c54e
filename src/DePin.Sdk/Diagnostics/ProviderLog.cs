using DePin.Sdk.Jobs;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Diagnostics;

/// <summary>What a provider logs. Event ids 3000 to 3099.</summary>
internal static partial class ProviderLog
{
    [LoggerMessage(3000, LogLevel.Debug, "Job {JobId} for {Model} admitted.")]
    public static partial void JobAdmitted(ILogger logger, JobId jobId, string model);

    [LoggerMessage(3001, LogLevel.Information, "Job {JobId} ended: {Result}, {InputTokens} input and {OutputTokens} output tokens.")]
    public static partial void JobEnded(ILogger logger, JobId jobId, string result, long inputTokens, long outputTokens);

    [LoggerMessage(3002, LogLevel.Information, "Job refused or broken off ({Code}): {Message}")]
    public static partial void JobRefused(ILogger logger, string code, string message);

    [LoggerMessage(3003, LogLevel.Error, "A job failed at the provider.")]
    public static partial void JobFailed(ILogger logger, Exception failure);

    [LoggerMessage(3004, LogLevel.Error, "Job {JobId}: the handler of {Model} did not stop when it was told to, and was left behind. Make it honour its cancellation token.")]
    public static partial void HandlerStuck(ILogger logger, JobId jobId, string model);

    [LoggerMessage(3005, LogLevel.Debug, "Job {JobId}: the consumer did not end its side after the receipt.")]
    public static partial void LastVoucherMissing(ILogger logger, JobId jobId);

    [LoggerMessage(3006, LogLevel.Information, "Draining: {Running} jobs run, no new ones are taken.")]
    public static partial void Draining(ILogger logger, int running);

    [LoggerMessage(3007, LogLevel.Warning, "Drained with {Remaining} jobs that did not end.")]
    public static partial void DrainIncomplete(ILogger logger, int remaining);

    [LoggerMessage(3008, LogLevel.Information, "Claimed {Channels} channels.")]
    public static partial void Claimed(ILogger logger, int channels);

    [LoggerMessage(3009, LogLevel.Error, "What is owed could not be claimed; it is kept in the journal and claimed at the next start.")]
    public static partial void ClaimFailed(ILogger logger, Exception failure);

    [LoggerMessage(3010, LogLevel.Information, "A channel was closed at its payer's wish.")]
    public static partial void ChannelClosed(ILogger logger);

    [LoggerMessage(3011, LogLevel.Information, "Serving {Models} models at {Endpoint}.")]
    public static partial void Serving(ILogger logger, int models, Uri endpoint);

    [LoggerMessage(3012, LogLevel.Critical, "The provider's claims and announcements have stopped.")]
    public static partial void BackgroundFailed(ILogger logger, Exception failure);

    /// <summary>Content: only at Trace, only from here.</summary>
    [LoggerMessage(3090, LogLevel.Trace, "Job {JobId} prompt: {Prompt}")]
    public static partial void Prompt(ILogger logger, JobId jobId, string prompt);

    /// <summary>Content: only at Trace, only from here.</summary>
    [LoggerMessage(3091, LogLevel.Trace, "Job {JobId} output: {Output}")]
    public static partial void Output(ILogger logger, JobId jobId, string output);
}
