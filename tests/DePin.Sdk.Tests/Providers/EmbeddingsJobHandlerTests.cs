using DePin.Sdk.Jobs;
using DePin.Sdk.Providers;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Providers;

public class EmbeddingsJobHandlerTests
{
    [Fact]
    public async Task RunAsync_ManyInputs_EmbedsThemInOrderAndInBatches()
    {
        var inputs = Enumerable.Range(0, 150).Select(i => new string('x', i % 9)).ToArray();

        var updates = await new EmbeddingsJobHandler(new LengthEmbedder(reportsUsage: false)).RunAsync(Job(inputs)).ToListAsync();

        var vectors = updates.SelectMany(update => EmbeddingJobCodec.DecodeOutput(update.Output.Span)).ToList();
        Assert.Equal(3, updates.Count);
        Assert.Equal(inputs.Select(input => (float)input.Length), vectors.Select(vector => vector.Vector.Span[0]));
        Assert.Equal(new JobUsage(inputs.Sum(input => (input.Length + 3) / 4), 0), updates[^1].Usage);
    }

    [Fact]
    public async Task RunAsync_GeneratorReportsUsage_IsBelievedUpToOneTokenAByte()
    {
        var updates = await new EmbeddingsJobHandler(new LengthEmbedder(reportsUsage: true)).RunAsync(Job(["12345678", "1"])).ToListAsync();

        Assert.Equal(9, updates[^1].Usage.InputTokens);
    }

    private static JobRequest Job(IEnumerable<string> inputs) => new()
    {
        Id = JobId.New(),
        Kind = JobKinds.Embeddings,
        Model = "embedder",
        Payload = EmbeddingJobCodec.Encode(inputs, null),
    };
}
