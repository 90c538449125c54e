using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Safetensors;

/// <summary>An open safetensors file: a length, a JSON table of tensors, the data.</summary>
internal sealed class SafetensorsFile : IDisposable
{
    private readonly Dictionary<string, SafetensorsTensor> _tensors = new(StringComparer.Ordinal);

    private SafetensorsFile(FileBytes bytes, string path)
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Safetensors files are read on little-endian machines only.");
        }

        Bytes = bytes;
        Path = path;
        SafetensorsReader.Read(bytes, _tensors);
    }

    public FileBytes Bytes { get; }

    public string Path { get; }

    public IReadOnlyDictionary<string, SafetensorsTensor> Tensors => _tensors;

    /// <summary>Checks a file.</summary>
    /// <param name="bytes">The content; from now on it belongs to the file, even when this method throws.</param>
    /// <param name="path">Its path, for messages.</param>
    public static SafetensorsFile Open(FileBytes bytes, string path)
    {
        try
        {
            return new SafetensorsFile(bytes, path);
        }
        catch (ModelFormatException e)
        {
            bytes.Release();
            throw e.In(path);
        }
        catch
        {
            bytes.Release();
            throw;
        }
    }

    public void Dispose() => Bytes.Release();
}
