using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Jobs;
using DePin.Sdk.Wire;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>One chat request: streams the answer, over as many providers as it takes.</summary>
internal sealed class ChatRun(ConsumerServices services, ChatRoutingOptions routing, ModelRoute route, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
{
    private readonly ChatTranscript _transcript = new(messages, options);
    private readonly List<ChatDeltaContent> _decoded = [];
    private readonly string _responseId = Guid.CreateVersion7().ToString("N");
    private TimeSpan? _timeToFirstToken;
    private bool _cutOff;

    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        long startedAt = services.Time.GetTimestamp();
        var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Chat);
        activity?.SetTag(DePinTelemetry.Tags.Operation, "chat").SetTag(DePinTelemetry.Tags.Model, route.Model);
        ConsumerLog.ChatStarted(services.Logger, route.Model, messages.Count);
        ConsumerLog.Prompt(services.Logger, messages);
        using var run = new RequestRun(services, routing, route, activity?.Context ?? Activity.Current?.Context ?? default, cancellationToken);
        JobAttempt? attempt = null;
        Exception? failure = null;
        try
        {
            // An iterator cannot yield where it catches: what goes wrong is kept, and thrown at the end.
            for (bool done = false; !done && failure is null;)
            {
                (attempt, failure) = await TryStartAsync(run).ConfigureAwait(false);
                if (attempt is null)
                {
                    break;
                }

                for (bool more = true; more;)
                {
                    (more, failure) = await TryReadAsync(attempt).ConfigureAwait(false);
                    for (int i = 0; i < _decoded.Count; i++)
                    {
                        if (CreateUpdate(_decoded[i]) is { } update)
                        {
                            _timeToFirstToken ??= services.Time.GetElapsedTime(startedAt);
                            yield return update;
                        }
                    }

                    _decoded.Clear();
                }

                var ended = attempt;
                attempt = null;
                (done, failure) = await TryEndAsync(run, ended, failure, cancellationToken).ConfigureAwait(false);
            }

            if (failure is null)
            {
                yield return CreateFinalUpdate(run);
            }
        }
        finally
        {
            // Still there: the caller left in the middle.
            attempt?.Abandon();
            Report(run, activity, failure, services.Time.GetElapsedTime(startedAt));
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    private async ValueTask<(JobAttempt? Attempt, Exception? Failure)> TryStartAsync(RequestRun run)
    {
        try
        {
            return (await run.StartNextAsync(_transcript.GetWork()).ConfigureAwait(false), null);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            return (null, failure);
        }
    }

    /// <summary>Reads one delta and decodes it; it counts as delivered, and is paid, only when all of it can be passed on.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<(bool More, Exception? Failure)> TryReadAsync(JobAttempt attempt)
    {
        try
        {
            if (await attempt.ReadAsync().ConfigureAwait(false) is not { } delta)
            {
                return (false, null);
            }

            foreach (var output in delta.Outputs)
            {
                _decoded.Add(ChatDeltaCodec.Decode(output.Span));
            }

            if (attempt.Accept(delta))
            {
                foreach (var content in _decoded)
                {
                    _transcript.Add(content);
                }

                return (true, null);
            }

            // Only with a hedge that was paid too can a request reach its limit before the job does.
            _decoded.Clear();
            _cutOff = true;
            return (false, null);
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            _decoded.Clear();
            return (false, failure);
        }
    }

    /// <summary>Closes a job that ended, well or not, and says whether the answer is complete.</summary>
    private async ValueTask<(bool Done, Exception? Failure)> TryEndAsync(RequestRun run, JobAttempt attempt, Exception? failure, CancellationToken cancellationToken)
    {
        try
        {
            return (await EndAsync(run, attempt, failure, cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception end) when (IsExpected(end))
        {
            return (true, end);
        }
        finally
        {
            _transcript.DeliveredTokens += attempt.Usage.OutputTokens;
        }
    }

    private async ValueTask<bool> EndAsync(RequestRun run, JobAttempt attempt, Exception? failure, CancellationToken cancellationToken)
    {
        if (_cutOff)
        {
            attempt.Abandon();
            _transcript.FinishReason = ChatFinishReason.Length;
            return true;
        }

        if (failure is not null)
        {
            if (_transcript.FinishReason is not null && !cancellationToken.IsCancellationRequested)
            {
                // Everything was said; only the receipt is missing.
                ConsumerLog.ReceiptMissing(services.Logger, attempt.Terms.Offer.Endpoint, attempt.Terms.Job.Id, failure);
                await attempt.FailAsync(failure, answerComplete: true).ConfigureAwait(false);
                return true;
            }

            await run.FailAsync(attempt, failure).ConfigureAwait(false);
            return IsComplete(run, attempt, failure);
        }

        try
        {
            await attempt.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException) when (routing.AcceptInvalidReceipts)
        {
        }

        switch (attempt.UnverifiedReceipt!.Outcome)
        {
            case JobOutcome.Completed:
                return true;
            case JobOutcome.CostLimit:
                _transcript.FinishReason ??= ChatFinishReason.Length;
                return true;
            default:
                return _transcript.FinishReason is not null || IsComplete(run, attempt, null);
        }
    }

    /// <summary>Whether nothing is left to ask another provider for, after one stopped in the middle.</summary>
    private bool IsComplete(RequestRun run, JobAttempt attempt, Exception? failure)
    {
        run.ThrowIfOver();
        if (_transcript.HasMoreThanText)
        {
            throw new DePinException(
                DePinErrorCode.Unavailable,
                Fault.Provider,
                $"The provider at {attempt.Terms.Offer.Endpoint} stopped after it had delivered more than text, which no other provider can continue; ask again.",
                isTransient: true,
                failure);
        }

        if (options?.MaxOutputTokens <= _transcript.DeliveredTokens + attempt.Usage.OutputTokens)
        {
            _transcript.FinishReason = ChatFinishReason.Length;
            return true;
        }

        ConsumerMetrics.FailedOver(route.Model);
        ConsumerLog.FailedOver(services.Logger, attempt.Terms.Offer.Endpoint, attempt.Terms.Job.Id, attempt.Usage.OutputTokens);
        return false;
    }

    private ChatResponseUpdate? CreateUpdate(in ChatDeltaContent delta)
    {
        if (delta.Text.Length == 0 && delta.Contents is null)
        {
            return null;
        }

        ConsumerLog.Text(services.Logger, delta.Text);
        var contents = new List<AIContent>((delta.Text.Length > 0 ? 1 : 0) + (delta.Contents?.Count ?? 0));
        if (delta.Text.Length > 0)
        {
            contents.Add(new TextContent(delta.Text));
        }

        if (delta.Contents is not null)
        {
            contents.AddRange(delta.Contents);
        }

        return new ChatResponseUpdate(delta.Role ?? ChatRole.Assistant, contents)
        {
            ResponseId = _responseId,
            MessageId = _responseId,
            ModelId = route.Model,
        };
    }

    private ChatResponseUpdate CreateFinalUpdate(RequestRun run)
    {
        var deliveries = run.Describe();
        var usage = new UsageDetails
        {
            InputTokenCount = deliveries.Sum(d => d.Usage.InputTokens),
            OutputTokenCount = deliveries.Sum(d => d.Usage.OutputTokens),
        };
        usage.TotalTokenCount = usage.InputTokenCount + usage.OutputTokenCount;
        return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(usage)])
        {
            ResponseId = _responseId,
            MessageId = _responseId,
            ModelId = route.Model,
            CreatedAt = services.Time.GetUtcNow(),
            FinishReason = _transcript.FinishReason ?? ChatFinishReason.Stop,
            AdditionalProperties = AnswerProperties.Create(run.Budget.Spent, deliveries),
        };
    }

    private void Report(RequestRun run, Activity? activity, Exception? failure, TimeSpan elapsed)
    {
        var cost = run.Budget.Spent;
        ConsumerMetrics.Ended(route.Kind, route.Model, elapsed, _timeToFirstToken, cost, failure);
        ConsumerLog.ChatEnded(services.Logger, route.Model, run.Attempts.Count, cost, failure?.GetType().Name);
        RequestSpan.End(activity, cost, run.Attempts, failure);
    }

    private static bool IsExpected(Exception failure) => failure is DePinException or TimeoutException or OperationCanceledException;
}
