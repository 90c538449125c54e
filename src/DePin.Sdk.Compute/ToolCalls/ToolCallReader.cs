using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>How far the reading of a call has come.</summary>
internal enum ToolCallProgress
{
    /// <summary>More text is needed.</summary>
    Open,

    /// <summary>The call is there.</summary>
    Done,

    /// <summary>The text is no call.</summary>
    Failed,
}

/// <summary>A call as it stands in an answer.</summary>
/// <param name="Name">The name of the function.</param>
/// <param name="Arguments">The arguments.</param>
internal sealed record ReadToolCall(string Name, IDictionary<string, object?> Arguments);

/// <summary>Reads what follows the opener of a call, while it comes in.</summary>
/// <param name="marker">How the call is marked; null for an object without marks.</param>
/// <param name="tools">The functions that there are.</param>
internal sealed class ToolCallReader(ToolCallMarker? marker, IReadOnlyList<AIFunctionDeclaration> tools)
{
    private const string ArgumentsMark = "[ARGS]";
    private const string IdMark = "[CALL_ID]";
    private const string SeparatorMark = "<｜tool▁sep｜>";
    private const int MaximumHeader = 256;

    private static readonly SearchValues<char> HeaderEnds = SearchValues.Create(" \t\r\n\"'");
    private static readonly string[] BareKeys = ["\"name\"", "\"type\"", "\"function\""];

    private JsonEndFinder? _end;
    private string _header = "";

    /// <summary>The calls that were read.</summary>
    public List<ReadToolCall> Calls { get; } = [];

    /// <summary>How many characters belong to them.</summary>
    public int Length { get; private set; }

    /// <param name="text">All that followed the opener so far.</param>
    /// <param name="isAll">Whether nothing more will follow.</param>
    public ToolCallProgress Read(ReadOnlySpan<char> text, bool isAll)
    {
        var progress = marker?.Body == ToolCallBody.Parameters ? ReadParameters(text, isAll) : ReadJson(text, isAll);
        return progress == ToolCallProgress.Open && isAll ? ToolCallProgress.Failed : progress;
    }

    private ToolCallProgress ReadJson(ReadOnlySpan<char> text, bool isAll)
    {
        if (_end is null)
        {
            var progress = FindStart(text);
            if (progress != ToolCallProgress.Done)
            {
                return progress;
            }
        }

        int end = _end!.Find(text);
        if (end < 0)
        {
            return marker is null && !MayBeBare(text[_end.Start..]) ? ToolCallProgress.Failed : ToolCallProgress.Open;
        }

        if (Calls.Count == 0 && !Parse(text[_end.Start..end]))
        {
            return ToolCallProgress.Failed;
        }

        return Close(text, end, isAll);
    }

    /// <summary>Finds where the JSON begins, and keeps what stands in front of it.</summary>
    private ToolCallProgress FindStart(ReadOnlySpan<char> text)
    {
        var body = marker?.Body ?? ToolCallBody.Json;
        int start = text.IndexOfAnyExcept(" \t\r\n");
        if (start < 0)
        {
            return ToolCallProgress.Open;
        }

        bool isValue = text[start] == '{' || (text[start] == '[' && marker is not null && !text[start..].StartsWith(ArgumentsMark) && !text[start..].StartsWith(IdMark));
        if (isValue && body is ToolCallBody.Json or ToolCallBody.Mistral)
        {
            _end = new JsonEndFinder(start);
            return ToolCallProgress.Done;
        }

        if (body == ToolCallBody.Json)
        {
            return ToolCallProgress.Failed;
        }

        int brace = text.IndexOf('{');
        int header = brace < 0 ? text.Length : brace;
        if (header > MaximumHeader || (body != ToolCallBody.Fence && text[..header].Trim().ContainsAny(HeaderEnds)))
        {
            return ToolCallProgress.Failed;
        }

        if (brace < 0)
        {
            return ToolCallProgress.Open;
        }

        _header = ReadHeader(text[..brace].Trim().ToString(), body);
        _end = new JsonEndFinder(brace);
        return _header.Length > 0 ? ToolCallProgress.Done : ToolCallProgress.Failed;
    }

    private static string ReadHeader(string header, ToolCallBody body)
    {
        switch (body)
        {
            case ToolCallBody.Mistral:
                int mark = header.IndexOf('[', StringComparison.Ordinal);
                return mark < 0 ? header : header[..mark];
            case ToolCallBody.Tag:
                return header.EndsWith('>') ? header[..^1] : "";
            default:
                // Either the name and a separator, or a type, a separator, the name and a fence.
                string[] parts = header.Split(SeparatorMark, 2);
                return parts.Length == 1 ? ""
                    : parts[1].Contains("```", StringComparison.Ordinal) ? parts[1].Split('\n')[0].Trim() : parts[0].Trim();
        }
    }

    private bool Parse(ReadOnlySpan<char> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToString(), new JsonDocumentOptions { AllowTrailingCommas = true });
            var root = document.RootElement;
            if (_header.Length > 0)
            {
                Calls.Add(new ReadToolCall(_header, ToolCallJson.ReadArguments(root)));
                return true;
            }

            var elements = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : new List<JsonElement> { root };
            foreach (var element in elements)
            {
                if (ToolCallJson.TryRead(element) is not { } call || (marker is null && !tools.Any(t => t.Name == call.Name)))
                {
                    Calls.Clear();
                    return false;
                }

                Calls.Add(call);
            }

            return Calls.Count > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private ToolCallProgress Close(ReadOnlySpan<char> text, int end, bool isAll)
    {
        Length = end;
        if (marker?.Closer is not { } closer)
        {
            return ToolCallProgress.Done;
        }

        var rest = text[end..];
        int filling = rest.IndexOfAnyExcept(" \t\r\n`");
        rest = filling < 0 ? [] : rest[filling..];
        if (rest.StartsWith(closer))
        {
            Length = text.Length - rest.Length + closer.Length;
            return ToolCallProgress.Done;
        }

        return !isAll && closer.AsSpan().StartsWith(rest) ? ToolCallProgress.Open : ToolCallProgress.Done;
    }

    private ToolCallProgress ReadParameters(ReadOnlySpan<char> text, bool isAll)
    {
        var trimmed = text.TrimStart();
        const string Opening = "<function=";
        if (!trimmed.StartsWith(Opening.AsSpan(0, Math.Min(trimmed.Length, Opening.Length))))
        {
            return ToolCallProgress.Failed;
        }

        int end = text.IndexOf("</function>");
        if (end < 0)
        {
            return ToolCallProgress.Open;
        }

        if (Calls.Count == 0)
        {
            if (ToolCallParameters.TryRead(text[..end].Trim()[Opening.Length..].ToString(), tools) is not { } call)
            {
                return ToolCallProgress.Failed;
            }

            Calls.Add(call);
        }

        return Close(text, end + "</function>".Length, isAll);
    }

    /// <summary>Whether an object that has begun may still name a function, so that other objects stream as text at once.</summary>
    private static bool MayBeBare(ReadOnlySpan<char> text)
    {
        var inside = text[1..].TrimStart();
        foreach (string key in BareKeys)
        {
            if (inside.StartsWith(key.AsSpan(0, Math.Min(inside.Length, key.Length))))
            {
                return true;
            }
        }

        return false;
    }
}
