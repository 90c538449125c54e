using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The state of one rendering: names, output, and how much of its budget is used.</summary>
internal sealed class TemplateContext
{
    // One step of the budget pays for so many characters of new text.
    private const int CharactersPerStep = 32;

    private readonly ChatTemplateLimits _limits;
    private readonly List<Dictionary<string, object?>> _scopes = [];
    private readonly StringBuilder _text = new();
    private readonly List<TextOrigin> _origins = [];
    private long _steps;

    public TemplateContext(ChatTemplateLimits limits)
    {
        _limits = limits;
        PushScope();
    }

    /// <summary>The line that is being rendered, for messages.</summary>
    public int Line { get; private set; }

    public void Step(int line)
    {
        Line = line;
        Charge(1);
    }

    /// <summary>Pays for the creation of a text, or of a list of as many elements.</summary>
    public void ChargeText(long length)
    {
        if (length > _limits.MaxOutputCharacters)
        {
            throw Error($"The template makes a text of more than {_limits.MaxOutputCharacters} characters.");
        }

        Charge(1 + (length / CharactersPerStep));
    }

    public void Charge(long steps)
    {
        _steps += steps;
        if (_steps > _limits.MaxSteps)
        {
            throw Error($"The template takes more than {_limits.MaxSteps} steps.");
        }
    }

    public ChatTemplateException Error(string message) => new(message, Line);

    public void PushScope() => _scopes.Add(new Dictionary<string, object?>(StringComparer.Ordinal));

    public void PopScope() => _scopes.RemoveAt(_scopes.Count - 1);

    public void Set(string name, object? value) => _scopes[^1][name] = value;

    public object? Get(string name)
    {
        for (int i = _scopes.Count - 1; i >= 0; i--)
        {
            if (_scopes[i].TryGetValue(name, out object? value))
            {
                return value;
            }
        }

        return new Undefined(name);
    }

    public void Write(TemplateText text)
    {
        ChargeText((long)_text.Length + text.Length > _limits.MaxOutputCharacters ? long.MaxValue : text.Length);
        _text.Append(text.Value);
        for (int i = 0; i < text.Length; i++)
        {
            _origins.Add(text.OriginAt(i));
        }
    }

    /// <summary>Runs something and takes back what it wrote.</summary>
    public TemplateText Capture(Action write)
    {
        int start = _text.Length;
        write();
        var captured = Finish(start);
        _text.Length = start;
        _origins.RemoveRange(start, _origins.Count - start);
        return captured;
    }

    public TemplateText Finish(int start = 0)
    {
        List<TemplateText> runs = [];
        for (int i = start; i < _origins.Count;)
        {
            int end = i + 1;
            while (end < _origins.Count && _origins[end] == _origins[i])
            {
                end++;
            }

            runs.Add(new TemplateText(_text.ToString(i, end - i), _origins[i]));
            i = end;
        }

        return TemplateText.Concat([.. runs]);
    }
}
