namespace DePin.Sdk.IntegrationTests.Documentation;

public sealed class DocumentationTests
{
    [Fact]
    public void CsharpBlocks_InReadmeAndDocs_EqualCompiledCode()
    {
        var compiled = DocumentationSnippets.ReadCompiledSnippets();
        var blocks = DocumentationSnippets.ReadBlocks().ToList();

        Assert.NotEmpty(blocks);
        foreach (var (file, name, code) in blocks)
        {
            Assert.True(name is not null, $"{file} has a C# block without <!-- snippet: name --> before it:\n{code}");
            Assert.True(compiled.TryGetValue(name!, out var expected), $"{file} shows snippet '{name}', which no file under tests/ or samples/ defines.");
            Assert.Equal(expected, code);
        }
    }

    [Fact]
    public void RelativeLinks_InReadmeAndDocs_LeadToFiles()
    {
        var files = Directory.EnumerateFiles(RepositoryFiles.PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(RepositoryFiles.Root, "*.md"));
        var broken = new List<string>();
        foreach (var file in files)
        {
            foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(File.ReadAllText(file), @"\]\((?!https?:|mailto:|#)(?<target>[^)#\s]+)"))
            {
                var target = Path.Combine(Path.GetDirectoryName(file)!, link.Groups["target"].Value);
                if (!File.Exists(target) && !Directory.Exists(target))
                {
                    broken.Add($"{Path.GetRelativePath(RepositoryFiles.Root, file)} → {link.Groups["target"].Value}");
                }
            }
        }

        Assert.Empty(broken);
    }
}
