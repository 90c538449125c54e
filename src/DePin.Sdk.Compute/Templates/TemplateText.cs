namespace DePin.Sdk.Compute.Templates;

/// <summary>Text that remembers for each character who wrote it, through whatever a template does with it.</summary>
internal sealed class TemplateText
{
    public static readonly TemplateText Empty = new("");

    // Null when all characters are the template's.
    private readonly TextOrigin[]? _origins;

    public TemplateText(string value) => Value = value;

    public TemplateText(string value, TextOrigin origin)
    {
        Value = value;
        if (origin != TextOrigin.Template && value.Length > 0)
        {
            _origins = new TextOrigin[value.Length];
            Array.Fill(_origins, origin);
        }
    }

    private TemplateText(string value, TextOrigin[]? origins)
    {
        Value = value;
        _origins = origins;
    }

    public string Value { get; }

    public int Length => Value.Length;

    /// <summary>The origin that the result of a change has when characters cannot be followed through it.</summary>
    public TextOrigin Origin => _origins is null ? TextOrigin.Template : _origins.Max();

    public static TemplateText Concat(params ReadOnlySpan<TemplateText> parts)
    {
        bool foreign = false;
        int length = 0;
        foreach (var part in parts)
        {
            foreign |= part._origins is not null;
            length += part.Length;
        }

        var characters = new char[length];
        var origins = foreign ? new TextOrigin[length] : null;
        int at = 0;
        foreach (var part in parts)
        {
            part.Value.CopyTo(0, characters, at, part.Length);
            part.CopyOrigins(origins.AsSpan(foreign ? at : 0));
            at += part.Length;
        }

        return new TemplateText(new string(characters), origins);
    }

    public TextOrigin OriginAt(int index) => _origins is null ? TextOrigin.Template : _origins[index];

    public TemplateText Slice(int start, int length) =>
        length == Length ? this : new TemplateText(Value.Substring(start, length), _origins?.AsSpan(start, length).ToArray());

    /// <summary>Changes characters; origins stay when the length does.</summary>
    public TemplateText Map(Func<string, string> change)
    {
        string changed = change(Value);
        return changed.Length == Length ? new TemplateText(changed, _origins) : new TemplateText(changed, Origin);
    }

    public TemplateText Trim(bool start, bool end, string? characters)
    {
        int from = 0;
        int to = Length;
        bool Strips(char c) => characters is null ? char.IsWhiteSpace(c) : characters.Contains(c);
        while (start && from < to && Strips(Value[from]))
        {
            from++;
        }

        while (end && to > from && Strips(Value[to - 1]))
        {
            to--;
        }

        return Slice(from, to - from);
    }

    public List<TemplateText> Split(string? separator, int most)
    {
        List<TemplateText> parts = [];
        int from = 0;
        if (separator is null)
        {
            while (true)
            {
                while (from < Length && char.IsWhiteSpace(Value[from]))
                {
                    from++;
                }

                int end = from;
                while (end < Length && (parts.Count == most || !char.IsWhiteSpace(Value[end])))
                {
                    end++;
                }

                if (end == from)
                {
                    return parts;
                }

                parts.Add(Slice(from, end - from));
                from = end;
            }
        }

        int at;
        while (parts.Count != most && (at = Value.IndexOf(separator, from, StringComparison.Ordinal)) >= 0)
        {
            parts.Add(Slice(from, at - from));
            from = at + separator.Length;
        }

        parts.Add(Slice(from, Length - from));
        return parts;
    }

    public void CopyOrigins(Span<TextOrigin> target) => _origins.AsSpan().CopyTo(target);

    public override string ToString() => Value;
}
