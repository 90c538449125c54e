using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using DePin.Sdk.Chains.Cryptography;

namespace DePin.Sdk.Chains.Solana.Keys;

/// <summary>The key files of Solana's own tools (<c>solana-keygen</c>): a JSON array of 64 numbers, the private key and then the public one, not encrypted.
/// Files are written whole or not at all, readable by their owner alone, and never over another.</summary>
public static class SolanaKeyFile
{
    /// <summary>The longest file that is read, in bytes. The tools write less than 260.</summary>
    public const int MaxLength = 4096;

    private const int Numbers = 64;

    /// <summary>Reads a file's key.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The key; dispose it to clear it.</returns>
    /// <exception cref="SolanaKeyException">There is no such file, it cannot be read, it is no key file, or its halves do not belong together.</exception>
    public static async Task<Ed25519Signer> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);

        // Pinned, so that the collector leaves no copies behind.
        var buffer = GC.AllocateArray<byte>(MaxLength + 1, pinned: true);
        try
        {
            // No buffer of the stream's own, which would not be cleared.
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                int length = await file.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
                return Parse(buffer.AsSpan(0, length));
            }
        }
        catch (SolanaKeyException problem)
        {
            throw new SolanaKeyException(problem.Problem, $"'{path}': {problem.Message}");
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SolanaKeyException(SolanaKeyProblem.NotFound, $"There is no key file '{path}'.", problem);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SolanaKeyException(SolanaKeyProblem.Storage, $"The key file '{path}' cannot be read: {problem.Message}", problem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Reads the content of a key file, which the caller clears.</summary>
    /// <param name="json">At most <see cref="MaxLength"/> bytes of JSON.</param>
    /// <returns>The key; dispose it to clear it.</returns>
    /// <exception cref="SolanaKeyException">It is no array of 64 numbers from 0 to 255, or its halves do not belong together.</exception>
    public static Ed25519Signer Parse(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxLength)
        {
            throw Malformed($"A key file has at most {MaxLength} bytes.");
        }

        Span<byte> key = stackalloc byte[Numbers];
        try
        {
            ReadNumbers(json, key);
            var signer = Ed25519Signer.FromPrivateKey(key[..Ed25519.PrivateKeySizeInBytes]);
            if (signer.PublicKey.Bytes.Span.SequenceEqual(key[Ed25519.PrivateKeySizeInBytes..]))
            {
                return signer;
            }

            signer.Dispose();
            throw new SolanaKeyException(SolanaKeyProblem.Mismatch, "The public half does not belong to the private half: the file is damaged, and signing with it could give the key away.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Makes a new random key and writes its file.</summary>
    /// <param name="path">The file, in a folder that is there.</param>
    /// <param name="cancellationToken">Gives up; there is no file then.</param>
    /// <returns>The key; dispose it to clear it.</returns>
    /// <exception cref="SolanaKeyException">There is such a file already, or it cannot be written.</exception>
    public static async Task<Ed25519Signer> CreateAsync(string path, CancellationToken cancellationToken = default)
    {
        var signer = Ed25519Signer.Create();
        try
        {
            await WriteAsync(path, signer, cancellationToken).ConfigureAwait(false);
            return signer;
        }
        catch
        {
            signer.Dispose();
            throw;
        }
    }

    /// <summary>Writes a key's file, which holds the key as it is: who can read it can spend. On Unix its mode is 0600.</summary>
    /// <param name="path">The file, in a folder that is there.</param>
    /// <param name="signer">The key.</param>
    /// <param name="cancellationToken">Gives up; there is no file then.</param>
    /// <exception cref="SolanaKeyException">There is such a file already, or it cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The key was cleared.</exception>
    public static async Task WriteAsync(string path, Ed25519Signer signer, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(signer);
        path = Path.GetFullPath(path);
        if (Path.Exists(path))
        {
            throw AlreadyExists(path);
        }

        var partial = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        var buffer = GC.AllocateArray<byte>((4 * Numbers) + 2, pinned: true);
        try
        {
            int length = WriteNumbers(signer, buffer);
            try
            {
                await WriteFileAsync(partial, buffer.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
                Place(partial, path);
            }
            finally
            {
                File.Delete(partial);
            }
        }
        catch (IOException) when (Path.Exists(path))
        {
            throw AlreadyExists(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new SolanaKeyException(SolanaKeyProblem.Storage, $"The key file '{path}' cannot be written: {problem.Message}", problem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>Gives a whole file its name. Moving without overwriting is a look and a rename on Unix, between which another may come; who makes the empty file has the name.</summary>
    private static void Place(string partial, string path)
    {
        new FileStream(path, FileMode.CreateNew, FileAccess.Write).Dispose();
        try
        {
            File.Move(partial, path, overwrite: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var file = new FileStream(path, options);
        await using (file.ConfigureAwait(false))
        {
            await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>Without the messages of the JSON reader, which may quote a piece of the key.</summary>
    private static void ReadNumbers(ReadOnlySpan<byte> json, Span<byte> numbers)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            int count = 0;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw Malformed("A key file is a JSON array.");
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (count == Numbers)
                {
                    throw Malformed($"There are more than {Numbers} numbers.");
                }

                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetByte(out numbers[count]))
                {
                    throw Malformed($"Number {count + 1} is not one from 0 to 255.");
                }

                count++;
            }

            if (count != Numbers)
            {
                throw Malformed($"There are {count} numbers instead of {Numbers}.");
            }

            reader.Read(); // requires that nothing follows
        }
        catch (JsonException)
        {
            throw Malformed("The file is no JSON.");
        }
    }

    private static int WriteNumbers(Ed25519Signer signer, Span<byte> destination)
    {
        Span<byte> key = stackalloc byte[Numbers];
        try
        {
            signer.ExportPrivateKey(key);
            signer.PublicKey.Bytes.Span.CopyTo(key[Ed25519.PrivateKeySizeInBytes..]);
            int length = 0;
            foreach (byte number in key)
            {
                destination[length] = length == 0 ? (byte)'[' : (byte)',';
                Utf8Formatter.TryFormat(number, destination[(length + 1)..], out int digits);
                length += 1 + digits;
            }

            destination[length] = (byte)']';
            return length + 1;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static SolanaKeyException Malformed(string message) => new(SolanaKeyProblem.Malformed, $"{message} Expected is what solana-keygen writes: {Numbers} numbers from 0 to 255.");

    private static SolanaKeyException AlreadyExists(string path) => new(SolanaKeyProblem.AlreadyExists, $"There is a file '{path}' already; keys are never written over others.");
}
