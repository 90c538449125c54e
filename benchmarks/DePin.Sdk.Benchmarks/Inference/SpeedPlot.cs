using System.Globalization;
using System.Text;

namespace DePin.Sdk.Benchmarks.Inference;

/// <summary>Draws how many times as fast as the peer each measurement was, as an SVG file of horizontal bars.</summary>
internal static class SpeedPlot
{
    private const int Left = 310;
    private const int Width = 900;
    private const int RowHeight = 24;
    private const int Top = 64;

    /// <param name="args">The SVG file to write, the file of results, and the ending of the rows that are wanted, such as "2 threads".</param>
    public static int Run(string[] args)
    {
        string ending = args.Length > 2 ? $", {args[2]}" : "";
        var rows = File.ReadLines(args[1]).Select(SpeedResult.Parse)
            .Where(r => r.What.EndsWith(ending, StringComparison.Ordinal) && !double.IsNaN(r.Theirs))
            .Select(r => r with { What = r.What[..^ending.Length] })

            // Two batches say what all of them say.
            .Where(static r => !r.What.Contains("together", StringComparison.Ordinal) || r.What.StartsWith("4 ", StringComparison.Ordinal) || r.What.StartsWith("16 ", StringComparison.Ordinal))
            .GroupBy(static r => r.Model).OrderBy(static g => g.Key, StringComparer.Ordinal).SelectMany(static g => g);
        Write(args[0], [.. rows], $"{Machine.Describe()}{ending}");
        return 0;
    }

    private static void Write(string path, IReadOnlyList<SpeedResult> results, string subtitle)
    {
        double most = Math.Max(2, Math.Ceiling(results.Max(static r => r.Ours / r.Theirs)));
        double scale = (Width - Left - 150) / most;
        int height = Top + (results.Count * RowHeight) + 30;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" font-family=\"system-ui,sans-serif\" font-size=\"13\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{height}\" fill=\"#ffffff\"/>\n");
        Text(svg, 16, 24, "Speed beside llama.cpp (= 1), same file, same machine, same threads", "#111", "start", bold: true);
        Text(svg, 16, 44, subtitle, "#555", "start");
        for (int i = 0; i < results.Count; i++)
        {
            var r = results[i];
            double ratio = r.Ours / r.Theirs;
            int y = Top + (i * RowHeight);
            Text(svg, Left - 10, y + 15, $"{r.Model} · {r.What}", "#333", "end");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y + 3}\" width=\"{ratio * scale:F1}\" height=\"{RowHeight - 7}\" rx=\"2\" fill=\"{(ratio >= 1 ? "#2f7ed8" : "#c0504d")}\"/>\n");
            Text(svg, Left + (ratio * scale) + 6, y + 15, string.Create(CultureInfo.InvariantCulture, $"{ratio:F2} x  ({r.Ours:F0} tokens/s)"), "#333", "start");
        }

        double one = Left + scale;
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{one:F1}\" y1=\"{Top - 6}\" x2=\"{one:F1}\" y2=\"{height - 24}\" stroke=\"#111\" stroke-dasharray=\"4 3\"/>\n");
        Text(svg, one, height - 8, "llama.cpp", "#111", "middle");
        svg.Append("</svg>\n");
        File.WriteAllText(path, svg.ToString());
    }

    private static void Text(StringBuilder svg, double x, double y, string text, string colour, string anchor, bool bold = false) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<text x=\"{x:F1}\" y=\"{y:F1}\" fill=\"{colour}\" text-anchor=\"{anchor}\"{(bold ? " font-weight=\"600\"" : "")}>{System.Net.WebUtility.HtmlEncode(text)}</text>\n");
}
