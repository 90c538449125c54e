namespace DePin.Sdk.IntegrationTests.Packaging;

/// <summary>The packages of this repository, packed to a folder once, and fresh projects that know nothing but that folder.</summary>
public sealed class PackageFeed : IAsyncLifetime
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("depin-packages-").FullName;

    public string Feed => Path.Combine(Folder, "feed");

    public async Task InitializeAsync()
    {
        // The build that the tests run from is what gets packed.
        var configuration = AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        foreach (var project in Directory.EnumerateFiles(RepositoryFiles.PathOf("src"), "*.csproj", SearchOption.AllDirectories))
        {
            if (File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "bin", configuration, "net10.0", Path.GetFileNameWithoutExtension(project) + ".dll")))
            {
                await TestProgram.RunAsync(RepositoryFiles.Root, "dotnet", "pack", project, "--no-build", "-c", configuration, "-o", Feed);
            }
        }

        await File.WriteAllTextAsync(Path.Combine(Folder, "nuget.config"), $"""
            <configuration>
              <packageSources><add key="depin-folder-feed" value="{Feed}" /></packageSources>
            </configuration>
            """);

        // Above the fresh projects nothing of the repository must reach them.
        await File.WriteAllTextAsync(Path.Combine(Folder, "Directory.Build.props"), "<Project />");
        await File.WriteAllTextAsync(Path.Combine(Folder, "Directory.Packages.props"), "<Project />");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Makes and builds a console project that references packages. Returns the path of its program.</summary>
    public async Task<string> BuildProgramAsync(string name, IEnumerable<string> packages, string code)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        var references = string.Concat(packages.Select(package => $"<PackageReference Include=\"{package}\" Version=\"0.1.0\" />"));

        // A packages folder of its own: a package of the same version from an earlier run must not be found. What is not ours comes from the machine's folder.
        var machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <RestorePackagesPath>{Path.Combine(Folder, "packages")}</RestorePackagesPath>
                <RestoreFallbackFolders>{machine}</RestoreFallbackFolders>
                <NoWarn>NETSDK1206;NU1603;NU1902;NU1903;NU1904</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                <FrameworkReference Include="Microsoft.AspNetCore.App" />
                {references}
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), code);
        await TestProgram.RunAsync(folder, "dotnet", "build", "-m:1", "-o", Path.Combine(folder, "out"));
        return Path.Combine(folder, "out", name + ".dll");
    }
}
