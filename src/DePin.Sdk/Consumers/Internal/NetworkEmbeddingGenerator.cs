using System.Diagnostics;
using DePin.Sdk.Diagnostics;
using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>The network as an embedding generator.</summary>
internal sealed class NetworkEmbeddingGenerator(DePinClient client, ConsumerServices services, string model, EmbeddingRoutingOptions routing)
    : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly ModelRoute _route = new(JobKinds.Embeddings, model, routing);
    private readonly EmbeddingGeneratorMetadata _metadata = new("depin", defaultModelId: model);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        client.ThrowIfDisposed();
        var inputs = values.ToArray();
        if (inputs.Length == 0)
        {
            return [];
        }

        var route = options?.ModelId is { } other && other != model ? new ModelRoute(JobKinds.Embeddings, other, routing) : _route;
        long startedAt = services.Time.GetTimestamp();
        using var activity = DePinTelemetry.Source.StartActivity(DePinTelemetry.Spans.Embeddings);
        activity?.SetTag(DePinTelemetry.Tags.Operation, "embeddings").SetTag(DePinTelemetry.Tags.Model, route.Model);
        using var request = new RequestRun(services, routing, route, activity?.Context ?? Activity.Current?.Context ?? default, cancellationToken);
        Exception? failure = null;
        try
        {
            var run = new EmbeddingRun(routing, request, inputs, options?.Dimensions, route.Model, services.Time);
            return await run.GenerateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception problem)
        {
            failure = problem;
            throw;
        }
        finally
        {
            var cost = request.Budget.Spent;
            ConsumerMetrics.Ended(route.Kind, route.Model, services.Time.GetElapsedTime(startedAt), null, cost, failure);
            ConsumerLog.EmbeddingsEnded(services.Logger, route.Model, inputs.Length, request.Attempts.Count, cost, failure?.GetType().Name);
            RequestSpan.End(activity, cost, request.Attempts, failure);
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(DePinClient) ? client
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    public void Dispose()
    {
        // Connections, channels and statistics are the network's, and shared.
    }
}
