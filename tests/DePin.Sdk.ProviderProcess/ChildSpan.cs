namespace DePin.Sdk.ProviderProcess;

/// <summary>A span that ended in a provider process; identifiers in hexadecimal (W3C Trace Context).</summary>
public sealed record ChildSpan(string TraceId, string ParentSpanId, string SpanId, string Name);
