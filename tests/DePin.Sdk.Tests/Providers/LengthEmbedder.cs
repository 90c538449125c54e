using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Providers;

/// <summary>Embeds a text as its length.</summary>
internal sealed class LengthEmbedder(bool reportsUsage) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value => new Embedding<float>(new float[] { value.Length })))
        {
            Usage = reportsUsage ? new UsageDetails { InputTokenCount = 1000 } : null,
        });
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
