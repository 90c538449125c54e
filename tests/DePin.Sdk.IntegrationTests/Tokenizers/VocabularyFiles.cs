namespace DePin.Sdk.IntegrationTests.Tokenizers;

/// <summary>The vocabulary tests that llama.cpp publishes, out of the copy of its source that an npm package carries.</summary>
/// <remarks>
/// The environment variable <c>DEPIN_VOCABULARIES</c> may name a folder that already holds the files. Otherwise they are fetched once
/// into <c>tests/interop/obj</c>; nothing of them is part of this repository.
/// </remarks>
internal static class VocabularyFiles
{
    /// <summary>The version whose source has the tests.</summary>
    public const string Package = "node-llama-cpp@3.22.1";

    private const string Variable = "DEPIN_VOCABULARIES";

    private static readonly Lazy<Task<string>> Fetched = new(FetchAsync);

    /// <summary>Why the files cannot be had; null when they can.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } || (NodePackages.IsNodeInstalled && NodePackages.IsOnPath("git")) ? null
            : $"npm and git are not on the PATH; install Node.js 20 or later (https://nodejs.org) and git, or let {Variable} name a folder with llama.cpp's ggml-vocab-*.gguf files.";

    /// <summary>The folder with the files.</summary>
    public static Task<string> GetFolderAsync() => Fetched.Value;

    private static async Task<string> FetchAsync()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
        {
            return given;
        }

        string cache = Path.Combine(NodePackages.FindFolder(), "obj", "vocabularies");
        await using var turn = await NodePackages.TakeTurnAsync(cache);
        string folder = Path.Combine(cache, Package.Replace('@', '-'));
        string models = Path.Combine(folder, "models");
        if (Directory.Exists(models))
        {
            return models;
        }

        string work = Path.Combine(cache, "work");
        if (Directory.Exists(work))
        {
            RemoveTree(work);
        }

        Directory.CreateDirectory(work);
        await NodePackages.RunNpmAsync(work, "pack", Package, "--silent");
        string archive = Path.GetFileName(Directory.GetFiles(work, "*.tgz").Single());
        await TestProgram.RunAsync(work, "tar", "-xzf", archive, "package/llama/gitRelease.bundle");
        await TestProgram.RunAsync(work, "git", "clone", "--quiet", "--no-checkout", "package/llama/gitRelease.bundle", "source");
        string source = Path.Combine(work, "source");
        await TestProgram.RunAsync(source, "git", "sparse-checkout", "set", "models");
        await TestProgram.RunAsync(source, "git", "checkout", "--quiet", "HEAD");

        // Only whole folders have the final name.
        Directory.CreateDirectory(folder);
        Directory.Move(Path.Combine(source, "models"), models);
        RemoveTree(work);
        return models;
    }

    // Git's files are read-only, which Windows does not delete.
    private static void RemoveTree(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            File.SetAttributes(file, FileAttributes.Normal);
        }

        Directory.Delete(folder, recursive: true);
    }
}
