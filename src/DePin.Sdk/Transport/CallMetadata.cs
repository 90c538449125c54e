using System.Diagnostics;

namespace DePin.Sdk.Transport;

/// <summary>The metadata of a call: what the caller set, plus the W3C trace context of the current activity.</summary>
internal static class CallMetadata
{
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    /// <summary>More than this is refused: headers are for labels, not for data.</summary>
    internal const int MaxEntries = 64;

    /// <exception cref="ArgumentException">A name or value cannot travel.</exception>
    public static void Validate(CallOptions options)
    {
        if (options.Metadata.Count > MaxEntries)
        {
            throw new ArgumentException($"A call carries at most {MaxEntries} metadata entries; {options.Metadata.Count} were given.", nameof(options));
        }

        foreach (var (name, value) in options.Metadata)
        {
            if (!IsName(name))
            {
                throw new ArgumentException(
                    $"'{CaipText.Shorten(name)}' is not a metadata name; use lower-case letters, digits, '-', '_' and '.', not starting with 'grpc-'.", nameof(options));
            }

            if (value is null || value.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            {
                throw new ArgumentException($"The value of metadata '{name}' is not printable ASCII.", nameof(options));
            }
        }
    }

    /// <summary>What the other side is to see: repeated names joined by a comma, as HTTP does.</summary>
    public static Dictionary<string, string> ToDictionary(CallOptions options)
    {
        Validate(options);
        var metadata = new Dictionary<string, string>(options.Metadata.Count + 2, StringComparer.Ordinal);
        foreach (var (name, value) in options.Metadata)
        {
            metadata[name] = metadata.TryGetValue(name, out var earlier) ? $"{earlier},{value}" : value;
        }

        if (!metadata.ContainsKey(TraceParent) && CurrentTrace() is { } trace)
        {
            metadata[TraceParent] = trace.Parent;
            if (trace.State is { Length: > 0 } state)
            {
                metadata[TraceState] = state;
            }
        }

        return metadata;
    }

    /// <summary>The current activity as W3C headers; null when there is none.</summary>
    public static (string Parent, string? State)? CurrentTrace() =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } activity ? (id, activity.TraceStateString) : null;

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= 128 }
        && !name.StartsWith("grpc-", StringComparison.Ordinal)
        && !name.AsSpan().ContainsAnyExcept(NameCharacters);

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_.");
}
