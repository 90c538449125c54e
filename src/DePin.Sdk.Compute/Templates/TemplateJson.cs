using System.Globalization;
using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>How values become JSON.</summary>
/// <param name="Indent">Spaces of each level, or null for everything on one line.</param>
/// <param name="ItemSeparator">What stands between elements.</param>
/// <param name="KeySeparator">What stands between a key and its value.</param>
/// <param name="SortsKeys">Whether keys come in order.</param>
/// <param name="EscapesUnicode">Whether characters beyond ASCII are escaped.</param>
internal sealed record TemplateJsonFormat(
    int? Indent = null, string? ItemSeparator = null, string KeySeparator = ": ", bool SortsKeys = false, bool EscapesUnicode = false)
{
    public static readonly TemplateJsonFormat Default = new();
}

/// <summary>Writes values as JSON or as Python writes them, with the spacing that templates expect.</summary>
internal static class TemplateJson
{
    private const int MaximumDepth = 64;
    private const int MaximumLength = 1 << 20;

    public static TemplateText Write(object? value, TemplateJsonFormat format)
    {
        var writer = new Writer(format, json: true);
        writer.Write(value, 0);
        return writer.Finish();
    }

    /// <summary>What Python prints for a value within another.</summary>
    public static TemplateText Represent(object? value)
    {
        var writer = new Writer(TemplateJsonFormat.Default, json: false);
        writer.Write(value, 0);
        return writer.Finish();
    }

    private sealed class Writer(TemplateJsonFormat format, bool json)
    {
        private readonly StringBuilder _text = new();
        private TextOrigin _origin;

        public TemplateText Finish() => new(_text.ToString(), _origin);

        public void Write(object? value, int depth)
        {
            // Values can share parts many times over, so the length is bounded too.
            if (depth > MaximumDepth || _text.Length > MaximumLength)
            {
                throw new ChatTemplateException("A value is too large to print.");
            }

            switch (value)
            {
                case null:
                    _text.Append(json ? "null" : "None");
                    break;
                case Undefined when !json:
                    _text.Append("Undefined");
                    break;
                case Undefined undefined:
                    throw new ChatTemplateException($"'{undefined.Name}' is not defined, so it cannot be written as JSON.");
                case bool b:
                    _text.Append(json ? (b ? "true" : "false") : (b ? "True" : "False"));
                    break;
                case long n:
                    _text.Append(n.ToString(CultureInfo.InvariantCulture));
                    break;
                case double d:
                    _text.Append(TemplateValues.PrintNumber(d));
                    break;
                case TemplateText text:
                    WriteText(text);
                    break;
                case List<object?> list:
                    bool isTuple = !json && list is TemplateTuple;
                    WriteAll(isTuple ? '(' : '[', isTuple ? ')' : ']', list, depth, Write);
                    break;
                case TemplateMap map:
                    var entries = format.SortsKeys ? map.Entries.OrderBy(static e => e.Key, StringComparer.Ordinal).ToList() : [.. map.Entries];
                    WriteAll('{', '}', entries, depth, (entry, d) =>
                    {
                        if (json || map.Key(entry.Key) is TemplateText)
                        {
                            WriteText(map.KeyText(entry.Key));
                        }
                        else
                        {
                            _text.Append(entry.Key);
                        }

                        _text.Append(format.KeySeparator);
                        Write(entry.Value, d);
                    });
                    break;
                default:
                    _text.Append(json ? throw new ChatTemplateException("A function cannot be written as JSON.") : "<function>");
                    break;
            }
        }

        private void WriteAll<T>(char open, char close, List<T> items, int depth, Action<T, int> write)
        {
            _text.Append(open);
            for (int i = 0; i < items.Count; i++)
            {
                if (i > 0)
                {
                    _text.Append(format.ItemSeparator ?? (format.Indent is null ? ", " : ","));
                }

                NewLine(depth + 1);
                write(items[i], depth + 1);
            }

            if (items.Count > 0)
            {
                NewLine(depth);
            }

            _text.Append(items.Count == 1 && close == ')' ? "," : "").Append(close);
        }

        private void NewLine(int depth)
        {
            if (format.Indent is { } width)
            {
                _text.Append('\n').Append(' ', width * depth);
            }
        }

        private void WriteText(TemplateText text)
        {
            _origin = (TextOrigin)Math.Max((byte)_origin, (byte)text.Origin);
            char quote = json || (text.Value.Contains('\'', StringComparison.Ordinal) && !text.Value.Contains('"', StringComparison.Ordinal)) ? '"' : '\'';
            _text.Append(quote);
            foreach (char c in text.Value)
            {
                _ = c switch
                {
                    '\\' => _text.Append(@"\\"),
                    '\n' => _text.Append(@"\n"),
                    '\r' => _text.Append(@"\r"),
                    '\t' => _text.Append(@"\t"),
                    '\b' when json => _text.Append(@"\b"),
                    '\f' when json => _text.Append(@"\f"),
                    < ' ' or '\x7f' when !json => _text.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                    < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ when c == quote => _text.Append('\\').Append(c),
                    > '~' when format.EscapesUnicode && c != '\x7f' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ => _text.Append(c),
                };
            }

            _text.Append(quote);
        }
    }
}
