using System.Diagnostics;
using DePin.Sdk.Diagnostics;

namespace DePin.Sdk.ProviderProcess;

/// <summary>Writes each span of the SDK to standard output as it ends.</summary>
internal static class SpanAnnouncer
{
    public static ActivityListener Listen(TextWriter output)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == DePinTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = activity =>
            {
                lock (output)
                {
                    output.WriteLine($"SPAN {activity.TraceId} {activity.ParentSpanId} {activity.SpanId} {activity.OperationName}");
                    output.Flush();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
