using System.Text;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Compute.ToolCalls;

/// <summary>Tells calls from text while an answer comes in; text comes out as soon as it cannot be the beginning of a call.</summary>
/// <param name="syntax">How the model writes calls.</param>
/// <param name="tools">The functions that there are.</param>
internal sealed class ToolCallParser(ToolCallSyntax syntax, IReadOnlyList<AIFunctionDeclaration> tools)
{
    // What is not decided yet: the possible beginning of an opener, or all that follows one.
    private readonly StringBuilder _held = new();
    private ToolCallMarker? _marker;
    private ToolCallReader? _reader;
    private bool _mayBeBare = syntax.TakesBareJson;
    private bool _followsCall;

    /// <summary>Begins as if an opener had been read already.</summary>
    public void StartInside(ToolCallMarker? marker)
    {
        _marker = marker;
        _reader = new ToolCallReader(marker, tools);
    }

    public void Append(string text, List<AnswerPart> parts)
    {
        _held.Append(text);
        Work(parts, isAll: false);
    }

    /// <summary>Takes out what is left: an unfinished call is text.</summary>
    public void Finish(List<AnswerPart> parts)
    {
        Work(parts, isAll: true);
        if (_reader is not null)
        {
            Fail(parts);
        }

        if (_held.Length > 0 && !(_followsCall && IsFilling(_held.ToString())))
        {
            Release(_held.Length, parts);
        }

        _held.Clear();
    }

    private void Work(List<AnswerPart> parts, bool isAll)
    {
        bool goesOn = true;
        while (goesOn && _held.Length > 0)
        {
            goesOn = _reader is null ? FindCall(parts, isAll) : ReadCall(parts, isAll);
        }
    }

    /// <summary>Releases text up to where a call may begin; true when one has begun.</summary>
    private bool FindCall(List<AnswerPart> parts, bool isAll)
    {
        string text = _held.ToString();
        if (_mayBeBare || _followsCall)
        {
            int start = SkipFilling(text, _followsCall, out bool maySkipMore);
            if (start == text.Length || (maySkipMore && !isAll))
            {
                return false;
            }

            if (syntax.TakesBareJson && text[start] == '{')
            {
                Drop(start, parts);
                StartInside(null);
                return true;
            }

            if (_followsCall && !BeginsOpener(text[start..]))
            {
                // What came between was no filling, since text follows it.
                _followsCall = false;
            }
        }

        int at = text.Length;
        ToolCallMarker? found = null;
        foreach (var marker in syntax.Markers)
        {
            int place = text.IndexOf(marker.Opener, StringComparison.Ordinal);
            if (place >= 0 && place < at)
            {
                at = place;
                found = marker;
            }
        }

        if (found is null)
        {
            int keep = isAll ? 0 : PossibleOpener(text);
            if (keep < text.Length && !(_followsCall && IsFilling(text[..^keep])))
            {
                Release(text.Length - keep, parts);
            }

            return false;
        }

        Drop(at, parts);
        _held.Remove(0, found.Opener.Length);
        StartInside(found);
        return true;
    }

    private bool ReadCall(List<AnswerPart> parts, bool isAll)
    {
        var progress = _reader!.Read(_held.ToString(), isAll);
        switch (progress)
        {
            case ToolCallProgress.Open:
                return false;
            case ToolCallProgress.Failed:
                Fail(parts);
                return true;
            default:
                parts.AddRange(_reader.Calls.Select(static c => new AnswerPart("", Call: c)));
                _held.Remove(0, _reader.Length);
                _reader = null;
                _marker = null;
                _followsCall = true;
                return true;
        }
    }

    private void Fail(List<AnswerPart> parts)
    {
        // The opener, or the brace, is text after all; what follows it is looked at again.
        string opener = _marker?.Opener ?? "";
        int released = _marker is null && _held.Length > 0 ? 1 : 0;
        string text = opener + _held.ToString(0, released);
        _held.Remove(0, released);
        _reader = null;
        _marker = null;
        _mayBeBare = false;
        _followsCall = false;
        if (text.Length > 0)
        {
            parts.Add(new AnswerPart(text));
        }
    }

    /// <summary>Takes out what stands before a call, which is text unless it only parts two calls.</summary>
    private void Drop(int length, List<AnswerPart> parts)
    {
        if (_followsCall && IsFilling(_held.ToString(0, length)))
        {
            _held.Remove(0, length);
        }
        else if (length > 0)
        {
            Release(length, parts);
        }
    }

    private void Release(int length, List<AnswerPart> parts)
    {
        string text = _held.ToString(0, length);
        _held.Remove(0, length);
        _mayBeBare &= string.IsNullOrWhiteSpace(text);
        _followsCall = false;
        parts.Add(new AnswerPart(text));
    }

    private static bool IsFilling(string text) => SkipFilling(text, true, out _) == text.Length;

    private static int SkipFilling(string text, bool followsCall, out bool maySkipMore)
    {
        int at = 0;
        maySkipMore = false;
        while (at < text.Length)
        {
            string? filler = followsCall ? ToolCallSyntax.Fillers.FirstOrDefault(f => text.AsSpan(at).StartsWith(f)) : null;
            if (filler is null && !char.IsWhiteSpace(text[at]))
            {
                string rest = text[at..];
                maySkipMore = followsCall && ToolCallSyntax.Fillers.Any(f => f.StartsWith(rest, StringComparison.Ordinal));
                return at;
            }

            at += filler?.Length ?? 1;
        }

        return at;
    }

    private bool BeginsOpener(string text) =>
        syntax.Markers.Any(m => m.Opener.StartsWith(text, StringComparison.Ordinal) || text.StartsWith(m.Opener, StringComparison.Ordinal));

    private int PossibleOpener(string text)
    {
        int longest = 0;
        foreach (var marker in syntax.Markers)
        {
            for (int length = Math.Min(marker.Opener.Length - 1, text.Length); length > longest; length--)
            {
                if (text.EndsWith(marker.Opener[..length], StringComparison.Ordinal))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
