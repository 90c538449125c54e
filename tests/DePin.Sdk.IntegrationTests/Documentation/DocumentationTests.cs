using System.Reflection;

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

    [Fact]
    public void OptionsReference_EveryOption_IsListed()
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("docs", "reference", "options.md"));
        var assemblies = new[] { typeof(DePin.Sdk.Consumers.DePinClient), typeof(DePin.Sdk.Chains.Cryptography.Keccak256), typeof(DePin.Sdk.Compute.LocalChatClient), typeof(DePin.Sdk.Hosting.DePinProviderExtensions), typeof(DePin.Sdk.Testing.LocalNetwork) }.Select(t => t.Assembly);
        var options = assemblies.SelectMany(a => a.GetExportedTypes())
            .Where(t => t.IsClass && t != typeof(DePin.Sdk.Transport.CallOptions) && (t.Name.EndsWith("Options", StringComparison.Ordinal) || t == typeof(DePin.Sdk.Payments.SpendPolicy) || t == typeof(DePin.Sdk.Testing.ProviderFaults)))
            .ToList();

        Assert.NotEmpty(options);
        foreach (var type in options.Where(t => t.Namespace != "DePin.Sdk.Wire"))
        {
            int start = text.IndexOf($"## {type.Name}\n", StringComparison.Ordinal);
            Assert.True(start >= 0, $"docs/reference/options.md has no section {type.Name}.");
            int end = text.IndexOf("\n## ", start + 3, StringComparison.Ordinal);
            var section = end < 0 ? text[start..] : text[start..end];
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => p.Name != "EqualityContract"))
            {
                Assert.True(section.Contains($"| `{property.Name}` |", StringComparison.Ordinal), $"docs/reference/options.md does not list {type.Name}.{property.Name}.");
            }
        }
    }

    [Fact]
    public void ErrorsReference_EveryCode_IsListed()
    {
        var text = File.ReadAllText(RepositoryFiles.PathOf("docs", "reference", "errors.md"));
        Assert.All(Enum.GetNames<DePinErrorCode>(), code => Assert.Contains($"| `{code}` |", text, StringComparison.Ordinal));
    }
}
