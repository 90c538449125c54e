namespace DePin.Sdk.Chains.Evm.Keys.Internal;

/// <summary>Files that only their owner can read, and that appear under their names only when they are whole and on disk.</summary>
internal static class KeyFiles
{
    public static byte[] Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > KeyFileJson.MaxLength)
            {
                throw KeyFileJson.Malformed($"'{path}' has {file.Length} bytes; a key file has at most {KeyFileJson.MaxLength}.");
            }

            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Storage($"The key file '{path}' cannot be read", problem);
        }
    }

    public static void Write(string path, ReadOnlySpan<byte> content, bool replace)
    {
        // Names that start with a dot are what geth and we pass over, should a crash leave one behind.
        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            MakeFolder(Path.GetDirectoryName(path)!);
            try
            {
                var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
                if (!OperatingSystem.IsWindows())
                {
                    options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                }

                using (var file = new FileStream(partial, options))
                {
                    file.Write(content);
                    file.Flush(flushToDisk: true);
                }

                File.Move(partial, path, replace);
            }
            finally
            {
                File.Delete(partial);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Storage($"The key file '{path}' cannot be written", problem);
        }
    }

    public static EvmKeyException Storage(string message, Exception cause) => new(EvmKeyProblem.Storage, $"{message}: {cause.Message}", cause);

    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
