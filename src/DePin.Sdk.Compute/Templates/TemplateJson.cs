using System.Globalization;
using System.Text;

namespace DePin.Sdk.Compute.Templates;

/// <summary>Writes values as JSON, with the spacing that templates expect.</summary>
internal static class TemplateJson
{
    private const int MaximumDepth = 64;
    private const int MaximumLength = 1 << 20;

    public static TemplateText Write(object? value, int? indent, char quote = '"')
    {
        var writer = new Writer(indent, quote);
        writer.Write(value, 0);
        return writer.Finish();
    }

    private sealed class Writer(int? indent, char quote)
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

            bool json = quote == '"';
            switch (value)
            {
                case null or Undefined:
                    _text.Append(json ? "null" : "None");
                    break;
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
                    WriteAll('[', ']', list, depth, (item, d) => Write(item, d));
                    break;
                case TemplateMap map:
                    WriteAll('{', '}', map.Entries, depth, (entry, d) =>
                    {
                        WriteText(new TemplateText(entry.Key));
                        _text.Append(": ");
                        Write(entry.Value, d);
                    });
                    break;
                default:
                    throw new ChatTemplateException("A function cannot be written as JSON.");
            }
        }

        private void WriteAll<T>(char open, char close, IReadOnlyCollection<T> items, int depth, Action<T, int> write)
        {
            _text.Append(open);
            bool first = true;
            foreach (var item in items)
            {
                if (!first)
                {
                    _text.Append(indent is null ? ", " : ",");
                }

                first = false;
                NewLine(depth + 1);
                write(item, depth + 1);
            }

            if (!first)
            {
                NewLine(depth);
            }

            _text.Append(close);
        }

        private void NewLine(int depth)
        {
            if (indent is { } width)
            {
                _text.Append('\n').Append(' ', width * depth);
            }
        }

        private void WriteText(TemplateText text)
        {
            _origin = (TextOrigin)Math.Max((byte)_origin, (byte)text.Origin);
            _text.Append(quote);
            foreach (char c in text.Value)
            {
                _ = c switch
                {
                    '\\' => _text.Append(@"\\"),
                    '\n' => _text.Append(@"\n"),
                    '\r' => _text.Append(@"\r"),
                    '\t' => _text.Append(@"\t"),
                    '\b' => _text.Append(@"\b"),
                    '\f' => _text.Append(@"\f"),
                    < ' ' => _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                    _ when c == quote => _text.Append('\\').Append(c),
                    _ => _text.Append(c),
                };
            }

            _text.Append(quote);
        }
    }
}
