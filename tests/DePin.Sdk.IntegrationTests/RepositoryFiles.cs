namespace DePin.Sdk.IntegrationTests;

/// <summary>Finds the files of the repository that the tests run from.</summary>
internal static class RepositoryFiles
{
    /// <summary>The folder that holds DePin.Sdk.sln.</summary>
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DePin.Sdk.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("DePin.Sdk.sln is in no folder above the tests: run them from a clone of the repository.");
    }
}
