using DePin.Sdk.Consumers;
using DePin.Sdk.Jobs;
using DePin.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Tests.Consumers;

public sealed class EmbeddingTests
{
    [Fact]
    public async Task GenerateAsync_MoreTextsThanABatch_ReturnsAllInOrderWithTheirBill()
    {
        await using var network = await StartAsync();
        using var generator = network.Client.AsIEmbeddingGenerator(network.Model, new() { MaxBatchSize = 4 });
        var inputs = Enumerable.Range(1, 10).Select(i => new string('x', i)).ToArray();
        var result = await generator.GenerateAsync(inputs);
        Assert.Equal(inputs.Select(i => (float)i.Length), result.Select(e => e.Vector.Span[0]));
        Assert.Equal(3, ((IReadOnlyList<JobReceipt>)result.AdditionalProperties![DePinChatProperties.Receipts]!).Count);
        Assert.True(result.Usage!.InputTokenCount > 0);
        Assert.All(result, e => Assert.Equal(network.Model, e.ModelId));
        await TestNetwork.SettleExactlyAsync(network, (IReadOnlyList<ProviderDelivery>)result.AdditionalProperties![DePinChatProperties.Attempts]!);
    }

    [Fact]
    public async Task GenerateAsync_ProviderFails_AnotherDoesIt()
    {
        await using var network = await StartAsync(failing: 0);
        using var generator = network.Client.AsIEmbeddingGenerator(network.Model);
        var result = await generator.GenerateAsync(["a", "bb"]);
        Assert.Equal([1f, 2f], result.Select(e => e.Vector.Span[0]));
        var deliveries = (IReadOnlyList<ProviderDelivery>)result.AdditionalProperties![DePinChatProperties.Attempts]!;
        Assert.Equal([DeliveryEnding.Failed, DeliveryEnding.Completed], deliveries.Select(d => d.Ending));
    }

    [Fact]
    public async Task GenerateAsync_NoTexts_AsksNobody()
    {
        await using var network = await StartAsync();
        using var generator = network.Client.AsIEmbeddingGenerator(network.Model);
        Assert.Empty(await generator.GenerateAsync([]));
        await Assert.ThrowsAsync<ArgumentNullException>(() => generator.GenerateAsync(null!));
        Assert.Empty(await network.Client.SettleAsync());
    }

    [Fact]
    public async Task GetService_Metadata_NamesTheModel()
    {
        await using var network = await StartAsync();
        using var generator = network.Client.AsIEmbeddingGenerator(network.Model);
        var metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal(("depin", network.Model), (metadata.ProviderName, metadata.DefaultModelId));
        Assert.Same(network.Client, generator.GetService(typeof(DePinClient)));
    }

    private static Task<LocalNetwork> StartAsync(int? failing = null) =>
        TestNetwork.StartAsync(configure: o => o.EmbeddingGenerator = i => new LengthEmbeddings(i == failing));

    /// <summary>Embeds a text as its length.</summary>
    private sealed class LengthEmbeddings(bool fails) : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) => fails
            ? throw new InvalidOperationException("The model fails.")
            : Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(v => new Embedding<float>(new float[] { v.Length, 1, 2 }))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
