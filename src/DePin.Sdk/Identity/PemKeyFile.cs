using System.Security.Cryptography;
using System.Text;

namespace DePin.Sdk.Identity;

/// <summary>A private key in a PEM file that only its owner can read. Buffers that held the key are cleared.</summary>
internal static class PemKeyFile
{
    private const int MaxLength = 64 * 1024;

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

    /// <summary>Writes a new key. The file appears under its name only when it is whole; if another process was first, its key is loaded.</summary>
    public static P256Signer Create(string path, Func<P256Signer> create, Reader read)
    {
        var signer = create();
        var partial = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Write(partial, signer);
            File.Move(partial, path, overwrite: false);
            return signer;
        }
        catch (IOException) when (File.Exists(path))
        {
            signer.Dispose();
            return Load(path, read);
        }
        finally
        {
            File.Delete(partial);
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
