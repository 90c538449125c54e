namespace DePin.Sdk.Chains.Tests.Cryptography;

/// <summary>Test vectors: the part that is committed, and the whole sets where a folder shared/data/vectors lies above the tests.</summary>
internal static class VectorFiles
{
    public static string Committed(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", "Cryptography", name);

    /// <summary>The whole set, or the committed part of it.</summary>
    public static string WholeOr(string committed, params string[] whole)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine([folder.FullName, "shared", "data", "vectors", .. whole]);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return Committed(committed);
    }
}
