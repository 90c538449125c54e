using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DePin.Sdk.Diagnostics;

/// <summary>The names under which the SDK traces and measures itself. Add them to an OpenTelemetry provider.</summary>
public static class DePinTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "DePin.Sdk";

    internal static ActivitySource Source { get; } = new(Name);

    internal static Meter Meter { get; } = new(Name);

    /// <summary>
    /// Span names. One trace: chat → (select, attempt → job → (handler, voucher.accept…), voucher.sign…) → settle. What runs at the provider hangs
    /// below the consumer's attempt through the W3C <c>traceparent</c> in the call's metadata.
    /// </summary>
    internal static class Spans
    {
        public const string Chat = "depin.chat";
        public const string Embeddings = "depin.embeddings";
        public const string Select = "depin.select";
        public const string Attempt = "depin.attempt";
        public const string Job = "depin.job";
        public const string Handler = "depin.job.handler";
        public const string VoucherSign = "depin.voucher.sign";
        public const string VoucherAccept = "depin.voucher.accept";
        public const string ChannelOpen = "depin.channel.open";
        public const string Claim = "depin.claim";
        public const string Settle = "depin.settle";
    }

    /// <summary>Attribute names. Ours are <c>depin.*</c>; the model's are OpenTelemetry's <c>gen_ai.*</c>.</summary>
    internal static class Tags
    {
        public const string JobId = "depin.job.id";
        public const string JobKind = "depin.job.kind";
        public const string Outcome = "depin.job.outcome";
        public const string ErrorCode = "depin.error.code";
        public const string Attempt = "depin.attempt";
        public const string Amount = "depin.amount";
        public const string Channel = "depin.channel.id";
        public const string Model = "gen_ai.request.model";
        public const string Operation = "gen_ai.operation.name";
        public const string InputTokens = "gen_ai.usage.input_tokens";
        public const string OutputTokens = "gen_ai.usage.output_tokens";
    }
}
