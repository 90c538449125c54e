using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Reflection.PortableExecutable;
using DePin.Sdk.IntegrationTests.Documentation;

namespace DePin.Sdk.IntegrationTests.Packaging;

public sealed class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private const string Usings = """
        using DePin.Sdk.Compute;
        using DePin.Sdk.Consumers;
        using DePin.Sdk.Hosting;
        using DePin.Sdk.Identity;
        using DePin.Sdk.Settlement;
        using Microsoft.AspNetCore.Builder;
        using Microsoft.Extensions.AI;
        using Microsoft.Extensions.DependencyInjection;


        """;

    [Theory]
    [InlineData("DePin.Sdk")]
    [InlineData("DePin.Sdk.Chains")]
    [InlineData("DePin.Sdk.Compute")]
    [InlineData("DePin.Sdk.Hosting")]
    [InlineData("DePin.Sdk.Testing")]
    public void Package_Packed_HoldsReadmeLicenceDocumentationAndSymbols(string id)
    {
        using var package = ZipFile.OpenRead(Path.Combine(feed.Feed, $"{id}.0.1.0.nupkg"));
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Contains("README.md", names);
        Assert.Contains($"lib/net10.0/{id}.dll", names);
        Assert.Contains($"lib/net10.0/{id}.xml", names);

        using var reader = new StreamReader(package.GetEntry($"{id}.nuspec")!.Open());
        var nuspec = reader.ReadToEnd();
        Assert.Contains("<license type=\"expression\">MIT</license>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", nuspec, StringComparison.Ordinal);
        Assert.Contains("<repository type=\"git\"", nuspec, StringComparison.Ordinal);

        using var symbols = ZipFile.OpenRead(Path.Combine(feed.Feed, $"{id}.0.1.0.snupkg"));
        Assert.Contains(symbols.Entries, entry => entry.FullName == $"lib/net10.0/{id}.pdb");

        using var library = new MemoryStream();
        package.GetEntry($"lib/net10.0/{id}.dll")!.Open().CopyTo(library);
        library.Position = 0;
        using var image = new PEReader(library);
        Assert.Contains(image.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
    }

    [Fact]
    public async Task ReadmePrograms_FromPackages_ProvideAndConsume()
    {
        int port = FreePort();
        var provider = await feed.BuildProgramAsync("Provider", ["DePin.Sdk.Hosting", "DePin.Sdk.Compute"], Usings + ReadmeBlock("readme-provider", port));
        var consumer = await feed.BuildProgramAsync("Consumer", ["DePin.Sdk.Hosting", "DePin.Sdk.Compute"], Usings + ReadmeBlock("readme-consumer", port));
        var folder = Directory.CreateDirectory(Path.Combine(feed.Folder, "run")).FullName;
        File.Copy(RepositoryFiles.PathOf("samples", "models", "npc-dialogue.gguf"), Path.Combine(folder, "npc-dialogue.gguf"));

        using var running = Process.Start(new ProcessStartInfo("dotnet", [provider]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        try
        {
            for (string? line = string.Empty; !line.Contains("Application started", StringComparison.Ordinal);)
            {
                line = await running.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)) ?? throw new InvalidOperationException("The provider ended before it listened.");
            }

            _ = running.StandardOutput.ReadToEndAsync();
            var said = await TestProgram.RunAsync(folder, "dotnet", consumer);
            Assert.Matches(@"\w+ \w+", said);
        }
        finally
        {
            running.Kill();
            await running.WaitForExitAsync();
        }
    }

    private static string ReadmeBlock(string name, int port) =>
        DocumentationSnippets.ReadBlocks().Single(block => block.File == "README.md" && block.Name == name).Code.Replace("5001", $"{port}", StringComparison.Ordinal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
