using System.Text.RegularExpressions;

namespace DePin.Sdk.IntegrationTests.Documentation;

/// <summary>
/// C# blocks of README.md and docs/, and the compiled code that they must equal. A block is preceded by
/// <c>&lt;!-- snippet: name --&gt;</c>; the code stands between <c>// begin-snippet: name</c> and <c>// end-snippet</c>.
/// </summary>
internal static partial class DocumentationSnippets
{
    public static IEnumerable<(string File, string? Name, string Code)> ReadBlocks()
    {
        var files = Directory.EnumerateFiles(RepositoryFiles.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Append(RepositoryFiles.PathOf("README.md"));
        foreach (var file in files)
        {
            foreach (Match block in Block().Matches(File.ReadAllText(file)))
            {
                var name = block.Groups["name"];
                yield return (Path.GetRelativePath(RepositoryFiles.Root, file), name.Success ? name.Value : null, Unindent(block.Groups["code"].Value));
            }
        }
    }

    public static Dictionary<string, string> ReadCompiledSnippets()
    {
        var sources = new[] { "tests", "samples" }
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryFiles.PathOf(folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        return sources
            .SelectMany(file => Region().Matches(File.ReadAllText(file)))
            .ToDictionary(region => region.Groups["name"].Value, region => Unindent(region.Groups["code"].Value));
    }

    private static string Unindent(string code)
    {
        var lines = code.ReplaceLineEndings("\n").Trim('\n').Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select(line => line.Trim().Length == 0 ? string.Empty : line[indent..].TrimEnd())).Trim('\n');
    }

    [GeneratedRegex(@"(?:<!--\s*snippet:\s*(?<name>[\w-]+)\s*-->\s*\n)?```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"// begin-snippet: (?<name>[\w-]+)[^\n]*\n(?<code>.*?)[ \t]*// end-snippet", RegexOptions.Singleline)]
    private static partial Regex Region();
}
