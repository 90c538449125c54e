using System.Runtime.CompilerServices;
using System.Text;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Providers;

/// <summary>Sells an embedding generator: runs jobs of kind <see cref="JobKinds.Embeddings"/> on it.</summary>
/// <remarks>
/// Inputs are embedded 64 at a time, and each batch is one output. Input tokens are what the generator reports, at most one for each byte
/// of the text; where it reports nothing, one for every four bytes in UTF-8, begun ones included. There are no output tokens.
/// </remarks>
public sealed class EmbeddingsJobHandler : IJobHandler
{
    private const int BatchSize = 64;

    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly string? _modelId;

    /// <summary>Sells a generator.</summary>
    /// <param name="generator">What embeds. It stays the caller's to dispose.</param>
    /// <param name="modelId">What the generator calls the model; null for its own default.</param>
    public EmbeddingsJobHandler(IEmbeddingGenerator<string, Embedding<float>> generator, string? modelId = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        _generator = generator;
        _modelId = modelId;
    }

    /// <inheritdoc/>
    public string Kind => JobKinds.Embeddings;

    /// <inheritdoc/>
    public async IAsyncEnumerable<JobUpdate> RunAsync(JobRequest job, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        var request = EmbeddingJobCodec.Decode(job.Payload.Span);
        var options = new EmbeddingGenerationOptions { Dimensions = request.Dimensions, ModelId = _modelId };
        long inputTokens = 0;
        foreach (var batch in request.Inputs.Chunk(BatchSize))
        {
            var embeddings = await _generator.GenerateAsync(batch, options, cancellationToken).ConfigureAwait(false);
            if (embeddings.Count != batch.Length)
            {
                throw new DePinException(DePinErrorCode.ProviderFailed, Fault.Provider, $"The generator made {embeddings.Count} vectors of {batch.Length} texts.");
            }

            inputTokens += CountTokens(batch, embeddings.Usage);
            yield return new JobUpdate(EmbeddingJobCodec.EncodeOutput(embeddings), new JobUsage(inputTokens, 0));
        }
    }

    private static long CountTokens(string[] inputs, UsageDetails? reported)
    {
        long bytes = inputs.Sum(input => (long)Encoding.UTF8.GetByteCount(input));
        return reported?.InputTokenCount is { } count and >= 0
            ? Math.Min(count, bytes)
            : inputs.Sum(input => ((long)Encoding.UTF8.GetByteCount(input) + 3) / 4);
    }
}
