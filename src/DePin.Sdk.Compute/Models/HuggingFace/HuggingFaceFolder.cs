using System.Text;
using DePin.Sdk.Compute.Gguf;

namespace DePin.Sdk.Compute.Models.HuggingFace;

/// <summary>The files of a model in the Hugging Face layout, wherever they lie.</summary>
/// <param name="path">The folder's path, for messages and the model's name.</param>
/// <param name="open">Opens a file by its name; null for one that is not there.</param>
internal sealed class HuggingFaceFolder(string path, Func<string, FileBytes?> open)
{
    public const int MaximumConfigBytes = 1 << 20;
    public const int MaximumTokenizerBytes = 1 << 28;

    public string Path => path;

    public static HuggingFaceFolder OnDisk(string path) => new(path, name =>
    {
        string file = System.IO.Path.Combine(path, name);
        return File.Exists(file) ? FileBytes.Map(file) : null;
    });

    /// <summary>Opens a file; null when it is not there.</summary>
    public FileBytes? Open(string name)
    {
        try
        {
            return open(name);
        }
        catch (ModelFormatException e)
        {
            throw e.In(name);
        }
    }

    /// <summary>Reads a small file; null when it is not there.</summary>
    public byte[]? Read(string name, int maximumBytes)
    {
        var bytes = Open(name);
        try
        {
            return bytes?.Span(maximumBytes).ToArray();
        }
        catch (ModelFormatException e)
        {
            throw e.In(name);
        }
        finally
        {
            bytes?.Release();
        }
    }

    public JsonSettings? ReadJson(string name, int maximumBytes) =>
        Read(name, maximumBytes) is { } json ? JsonSettings.Parse(json, name) : null;

    public string? ReadText(string name, int maximumBytes)
    {
        if (Read(name, maximumBytes) is not { } bytes)
        {
            return null;
        }

        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? Encoding.UTF8.GetString(bytes)
            : throw new ModelFormatException("The file is not valid UTF-8.", -1, null, name);
    }
}
