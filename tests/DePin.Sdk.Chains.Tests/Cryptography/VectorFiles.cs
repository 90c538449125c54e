namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Test vectors: the part that is committed, and the whole sets where a folder shared/data/vectors lies above the tests.</summary>
internal static class VectorFiles
{
    public static string Committed(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", "Cryptography", name);

    /// <summary>The whole set, or the committed part of it.</summary>
    public static string WholeOr(string committed, params string[] whole) => Find(whole) ?? Committed(committed);

    /// <summary>All JSON files of a folder of the whole sets and the folders in it; none where they are not.</summary>
    public static IReadOnlyList<string> WholeFolder(params string[] whole) =>
        Find(whole) is { } folder ? Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories) : [];

    private static string? Find(string[] whole)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null && whole.Length > 0; folder = folder.Parent)
        {
            var path = Path.Combine([folder.FullName, "shared", "data", "vectors", .. whole]);
            if (Path.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
