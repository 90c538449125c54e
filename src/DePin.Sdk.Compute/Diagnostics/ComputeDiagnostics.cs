using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DePin.Sdk.Compute.Diagnostics;

/// <summary>Traces and metrics of local inference, with OpenTelemetry's <c>gen_ai</c> names. No prompt or text is ever recorded.</summary>
internal static class ComputeDiagnostics
{
    public const string Name = "DePin.Sdk.Compute";
    public const string OperationName = "gen_ai.operation.name";
    public const string ProviderName = "gen_ai.provider.name";
    public const string RequestModel = "gen_ai.request.model";
    public const string InputTokens = "gen_ai.usage.input_tokens";
    public const string CachedTokens = "gen_ai.usage.cache_read.input_tokens";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string FinishReasons = "gen_ai.response.finish_reasons";
    public const string ErrorType = "error.type";
    public const string TokenType = "gen_ai.token.type";
    public const string Chat = "chat";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);
    private static readonly Histogram<long> TokenUsage = Meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("gen_ai.server.request.duration", "s");
    private static readonly Histogram<double> TimeToFirstToken = Meter.CreateHistogram<double>("gen_ai.server.time_to_first_token", "s");

    public static Activity? StartChat(string modelId, string provider)
    {
        var activity = Source.StartActivity($"{Chat} {modelId}", ActivityKind.Internal);
        activity?.SetTag(OperationName, Chat);
        activity?.SetTag(ProviderName, provider);
        activity?.SetTag(RequestModel, modelId);
        return activity;
    }

    public static void RecordFirstToken(string modelId, TimeSpan elapsed) =>
        TimeToFirstToken.Record(elapsed.TotalSeconds, new(OperationName, Chat), new(RequestModel, modelId));

    public static void RecordEnd(string modelId, TimeSpan elapsed, int inputTokens, int outputTokens)
    {
        Duration.Record(elapsed.TotalSeconds, new(OperationName, Chat), new(RequestModel, modelId));
        TokenUsage.Record(inputTokens, new(OperationName, Chat), new(RequestModel, modelId), new(TokenType, "input"));
        TokenUsage.Record(outputTokens, new(OperationName, Chat), new(RequestModel, modelId), new(TokenType, "output"));
    }
}
