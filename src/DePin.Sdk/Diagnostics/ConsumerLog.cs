using DePin.Sdk.Jobs;
using DePin.Sdk.Wire;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace DePin.Sdk.Diagnostics;

/// <summary>What a consumer logs. Event ids 4000 to 4099; what is said appears at Trace alone, from 4090.</summary>
internal static partial class ConsumerLog
{
    [LoggerMessage(4000, LogLevel.Debug, "Chat with {Model} begins, {Messages} messages.")]
    public static partial void ChatStarted(ILogger logger, string model, int messages);

    [LoggerMessage(4001, LogLevel.Debug, "Chat with {Model} ended after {Attempts} jobs, cost {Cost}, failure {Failure}.")]
    public static partial void ChatEnded(ILogger logger, string model, int attempts, IReadOnlyList<Amount> cost, string? failure);

    [LoggerMessage(4002, LogLevel.Information, "Job {JobId} at {Endpoint} failed; another provider is tried if that can help.")]
    public static partial void AttemptFailed(ILogger logger, Uri endpoint, JobId jobId, Exception failure);

    [LoggerMessage(4003, LogLevel.Information, "Job {JobId} at {Endpoint} stopped after {OutputTokens} output tokens; another provider continues.")]
    public static partial void FailedOver(ILogger logger, Uri endpoint, JobId jobId, long outputTokens);

    [LoggerMessage(4004, LogLevel.Debug, "The first provider is slow; job {JobId} at {Endpoint} is started beside it.")]
    public static partial void Hedged(ILogger logger, Uri endpoint, JobId jobId);

    [LoggerMessage(4005, LogLevel.Warning, "The receipt for job {JobId} from {Endpoint} does not verify.")]
    public static partial void ReceiptInvalid(ILogger logger, Uri endpoint, JobId jobId, Exception failure);

    [LoggerMessage(4006, LogLevel.Warning, "The answer of job {JobId} at {Endpoint} is complete, but no receipt came.")]
    public static partial void ReceiptMissing(ILogger logger, Uri endpoint, JobId jobId, Exception failure);

    [LoggerMessage(4007, LogLevel.Warning, "The last voucher for job {JobId} at {Endpoint} could not be signed; what is owed goes into the channel's next one.")]
    public static partial void PaymentFailed(ILogger logger, Uri endpoint, JobId jobId, Exception failure);

    [LoggerMessage(4008, LogLevel.Debug, "Job {JobId} at {Endpoint} cancelled; receipt received: {Receipt}.")]
    public static partial void JobCancelled(ILogger logger, Uri endpoint, JobId jobId, bool receipt);

    [LoggerMessage(4009, LogLevel.Debug, "{Frame} for job {JobId} did not reach {Endpoint}.")]
    public static partial void SendFailed(ILogger logger, Uri endpoint, JobId jobId, ConsumerFrame.FrameOneofCase frame, Exception failure);

    [LoggerMessage(4010, LogLevel.Warning, "Vouchers are kept in memory alone: after a crash, deposits can only be taken back once the grace period is over. Set DePinClientOptions.DataDirectory or Journal.")]
    public static partial void JournalInMemory(ILogger logger);

    [LoggerMessage(4011, LogLevel.Information, "Channel {Channel}: {Closing}, paid {Paid}, refunded {Refunded}.")]
    public static partial void ChannelSettled(ILogger logger, Settlement.ChannelId channel, Consumers.ChannelClosing closing, Amount paid, Amount refunded);

    [LoggerMessage(4012, LogLevel.Warning, "Channel {Channel}: the provider at {Endpoint} did not close it.")]
    public static partial void CloseRefused(ILogger logger, Settlement.ChannelId channel, Uri? endpoint, Exception failure);

    [LoggerMessage(4013, LogLevel.Debug, "Embedding of {Inputs} texts with {Model} ended after {Attempts} jobs, cost {Cost}, failure {Failure}.")]
    public static partial void EmbeddingsEnded(ILogger logger, string model, int inputs, int attempts, IReadOnlyList<Amount> cost, string? failure);

    [LoggerMessage(4014, LogLevel.Warning, "The directory did not answer; channels are closed without their providers.")]
    public static partial void DirectoryFailed(ILogger logger, Exception failure);

    /// <summary>Everything that is sent to the provider, at Trace.</summary>
    public static void Prompt(ILogger logger, IReadOnlyList<ChatMessage> messages)
    {
        if (logger.IsEnabled(LogLevel.Trace))
        {
            foreach (var message in messages)
            {
                PromptMessage(logger, message.Role.Value, message.Text);
            }
        }
    }

    [LoggerMessage(4090, LogLevel.Trace, "{Role}: {Text}")]
    private static partial void PromptMessage(ILogger logger, string role, string text);

    [LoggerMessage(4091, LogLevel.Trace, "delta: {Text}")]
    public static partial void Text(ILogger logger, string text);
}
