using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace DePin.Sdk.Identity;

/// <summary>A private key in a PEM file that only its owner can read. Buffers that held the key are cleared.</summary>
internal static class PemKeyFile
{
    private const int MaxLength = 64 * 1024;
    private static readonly TimeSpan TurnTimeout = TimeSpan.FromSeconds(10);

    public delegate P256Signer Reader(ReadOnlySpan<char> pem);

    public static P256Signer Load(string path, Reader read)
    {
        using var file = File.OpenRead(path);
        if (file.Length > MaxLength)
        {
            throw new CryptographicException($"'{path}' has {file.Length} bytes; a key file has at most {MaxLength}.");
        }

        var bytes = new byte[file.Length];
        var chars = new char[file.Length];
        try
        {
            file.ReadExactly(bytes);
            int length = Encoding.UTF8.GetChars(bytes, chars);
            return read(chars.AsSpan(0, length));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(chars);
        }
    }

    /// <summary>Writes a new key. The file appears under its name only when it is whole; if another process or thread was first, its key is loaded.</summary>
    public static P256Signer Create(string path, Func<P256Signer> create, Reader read)
    {
        // A move that must not overwrite is, on Unix, a look and then a rename: alone it could replace a key that somebody already uses.
        using var turn = TakeTurn(path);
        if (File.Exists(path))
        {
            return Load(path, read);
        }

        var signer = create();
        var partial = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Write(partial, signer);
            File.Move(partial, path, overwrite: false);
            return signer;
        }
        catch
        {
            signer.Dispose();
            throw;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>Waits until nobody else makes this key. The lock's file goes with its holder; who locked it as it went finds the key made.</summary>
    private static FileStream TakeTurn(string path)
    {
        var patience = Stopwatch.StartNew();
        var wait = default(SpinWait);
        while (true)
        {
            try
            {
                return new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            }
            catch (IOException held) when (held is not (DirectoryNotFoundException or PathTooLongException) && patience.Elapsed < TurnTimeout)
            {
                wait.SpinOnce();
            }
        }
    }

    private static void Write(string path, P256Signer signer)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var pkcs8 = signer.ExportPkcs8PrivateKey();
        var pem = PemEncoding.Write("PRIVATE KEY", pkcs8);
        var bytes = Encoding.ASCII.GetBytes(pem);
        try
        {
            using var file = new FileStream(path, options);
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs8);
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(pem);
        }
    }
}
