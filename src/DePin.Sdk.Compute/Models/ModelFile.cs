using System.Diagnostics.CodeAnalysis;
using DePin.Sdk.Compute.Gguf;
using DePin.Sdk.Compute.Tokenizers;

namespace DePin.Sdk.Compute.Models;

/// <summary>An open model: its description, weights, tokenizer and chat template, whatever format its files have.</summary>
/// <remarks>Weights are mapped, not read. Reading is safe for concurrent use.</remarks>
public abstract class ModelFile : IDisposable
{
    private int _references = 1;
    private int _disposed;

    /// <summary>The description that a runner follows.</summary>
    public abstract ModelConfig Config { get; }

    /// <summary>All weights by their GGUF name.</summary>
    public abstract IReadOnlyDictionary<string, ModelTensor> Tensors { get; }

    /// <summary>The model's own name, if the file has one.</summary>
    public abstract string? Name { get; }

    /// <summary>The chat template's Jinja source; null for a model that completes text.</summary>
    public abstract string? ChatTemplate { get; }

    /// <summary>How the states of a text's tokens become one vector; null when the file does not say, or is not of a model that makes vectors.</summary>
    public virtual EmbeddingPooling? Pooling => null;

    /// <summary>Opens a model.</summary>
    /// <param name="path">
    /// A <c>.gguf</c> file or any shard of one; or a folder in the Hugging Face layout, its <c>.safetensors</c> file or the
    /// <c>.safetensors.index.json</c> of its shards.
    /// </param>
    /// <returns>The open model; dispose it when no runner uses it any more.</returns>
    /// <exception cref="ModelFormatException">A file is damaged, missing beside the others, or uses something unsupported.</exception>
    /// <exception cref="IOException">A file cannot be opened.</exception>
    public static ModelFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelPath.Open(path);
    }

    /// <summary>Takes an open GGUF file as a model.</summary>
    /// <param name="file">The file; from now on it belongs to the model, even when this method throws.</param>
    /// <returns>The model.</returns>
    /// <exception cref="ModelFormatException">The file uses something unsupported.</exception>
    public static ModelFile FromGguf(GgufFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            int count = GgufShards.ReadCount(file);
            if (count > 1)
            {
                throw new ModelFormatException($"The file is one of {count} shards; open it by its path.", -1, "split.count");
            }
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new GgufModelFile([file], [""]);
    }

    /// <summary>Reads the tokenizer.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="ModelFormatException">It is missing, damaged or of an unsupported kind.</exception>
    public abstract Tokenizer ReadTokenizer();

    /// <summary>Closes the file; the mapping stays until the last runner that uses it is disposed.</summary>
    [SuppressMessage("Usage", "CA1816", Justification = "There is no finalizer.")]
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Release();
        }
    }

    /// <summary>Keeps the weights mapped until <see cref="Release"/> is called once more.</summary>
    internal void AddReference()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _references);
            ObjectDisposedException.ThrowIf(seen == 0, typeof(ModelFile));
        }
        while (Interlocked.CompareExchange(ref _references, seen + 1, seen) != seen);
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Close();
        }
    }

    /// <summary>Unmaps the weights.</summary>
    private protected abstract void Close();
}
