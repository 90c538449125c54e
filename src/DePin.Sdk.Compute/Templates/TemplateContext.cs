using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>The state of one rendering: names, output, and how much of its budget is used.</summary>
internal sealed class TemplateContext(ChatTemplateLimits limits)
{
    // One step of the budget pays for so many characters of new text.
    private const int CharactersPerStep = 32;

    private readonly StringBuilder _text = new();
    private readonly List<TextOrigin> _origins = [];
    private long _steps;

    /// <summary>The place that is being rendered, for messages.</summary>
    public TemplatePosition Position { get; private set; }

    /// <summary>The names that are visible now.</summary>
    public TemplateScope Scope { get; private set; } = new(null);

    public void Step(TemplatePosition position)
    {
        Position = position;
        Charge(1);
    }

    /// <summary>Pays for the creation of a text, or of a list of as many elements.</summary>
    public void ChargeText(long length)
    {
        if (length > limits.MaxOutputCharacters)
        {
            throw Error($"The template makes a text of more than {limits.MaxOutputCharacters} characters.");
        }

        Charge(1 + (length / CharactersPerStep));
    }

    public void Charge(long steps)
    {
        _steps += steps;
        if (_steps > limits.MaxSteps)
        {
            throw Error($"The template takes more than {limits.MaxSteps} steps.");
        }
    }

    public ChatTemplateException Error(string message) => new(message, Position.Line, Position.Column);

    /// <summary>Runs something with names of its own; what it sets is forgotten afterwards.</summary>
    public void InScope(TemplateScope parent, Action run)
    {
        var outer = Scope;
        Scope = new TemplateScope(parent);
        try
        {
            run();
        }
        finally
        {
            Scope = outer;
        }
    }

    public void Set(string name, object? value) => Scope.Values[name] = value;

    public object? Get(string name) => Scope.TryGet(name, out object? value) ? value : new Undefined(name);

    public void Write(TemplateText text)
    {
        ChargeText((long)_text.Length + text.Length > limits.MaxOutputCharacters ? long.MaxValue : text.Length);
        _text.Append(text.Value);
        for (int i = 0; i < text.Length; i++)
        {
            _origins.Add(text.OriginAt(i));
        }
    }

    /// <summary>Runs something with names of its own and takes back what it wrote.</summary>
    public TemplateText Capture(TemplateScope parent, Action write)
    {
        int start = _text.Length;
        InScope(parent, write);
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
