using System.Diagnostics;
using DePin.Sdk.Diagnostics;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>Ends the span of a request.</summary>
internal static class RequestSpan
{
    public static void End(Activity? activity, IReadOnlyList<Amount> costs, IReadOnlyList<JobAttempt> attempts, Exception? failure)
    {
        if (activity is null)
        {
            return;
        }

        activity.SetTag(DePinTelemetry.Tags.Attempt, attempts.Count)
            .SetTag(DePinTelemetry.Tags.InputTokens, attempts.Sum(a => a.Usage.InputTokens))
            .SetTag(DePinTelemetry.Tags.OutputTokens, attempts.Sum(a => a.Usage.OutputTokens))
            .SetTag(DePinTelemetry.Tags.Amount, costs.Count == 0 ? null : string.Join(", ", costs));
        if (failure is not null)
        {
            activity.SetTag(DePinTelemetry.Tags.ErrorCode, failure is DePinException known ? known.Code.ToString() : failure.GetType().Name)
                .SetStatus(ActivityStatusCode.Error);
        }

        activity.Dispose();
    }
}
