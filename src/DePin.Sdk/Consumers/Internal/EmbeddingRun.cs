using DePin.Sdk.Jobs;
using Microsoft.Extensions.AI;

namespace DePin.Sdk.Consumers.Internal;

/// <summary>One embeddings request: batch by batch, each finished by another provider when one stops in its middle.</summary>
internal sealed class EmbeddingRun(
    EmbeddingRoutingOptions routing, RequestRun request, IReadOnlyList<string> inputs, int? dimensions, string model, TimeProvider time)
{
    private const int BytesPerToken = 4;

    private readonly List<Embedding<float>> _vectors = new(inputs.Count);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(CancellationToken cancellationToken)
    {
        while (_vectors.Count < inputs.Count)
        {
            int batch = Math.Min(routing.MaxBatchSize, inputs.Count - _vectors.Count);
            var payload = EmbeddingJobCodec.Encode(inputs.Skip(_vectors.Count).Take(batch), dimensions);
            var attempt = await request.StartNextAsync(new RequestWork(payload, new JobUsage((payload.Length / BytesPerToken) + 1, 0), 0)).ConfigureAwait(false);
            await RunAsync(attempt, _vectors.Count + batch, cancellationToken).ConfigureAwait(false);
            request.Renew();
        }

        var deliveries = request.Describe();
        long tokens = deliveries.Sum(d => d.Usage.InputTokens);
        return new GeneratedEmbeddings<Embedding<float>>(_vectors)
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
            AdditionalProperties = AnswerProperties.Create(request.Budget.Spent, deliveries),
        };
    }

    /// <summary>Takes the vectors of one job. What came before a failure stays; the rest is asked for again.</summary>
    private async Task RunAsync(JobAttempt attempt, int until, CancellationToken cancellationToken)
    {
        bool ended = false;
        try
        {
            while (await attempt.ReadAsync().ConfigureAwait(false) is { } delta)
            {
                Take(attempt, delta, until);
            }

            if (_vectors.Count < until && attempt.UnverifiedReceipt!.Outcome == JobOutcome.Completed)
            {
                throw new DePinException(DePinErrorCode.ProviderFailed, Fault.Provider, $"The provider at {attempt.Terms.Offer.Endpoint} returned fewer vectors than it was given texts.", isTransient: true);
            }

            ended = true;
            await attempt.CompleteAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DePinException) when (ended && routing.AcceptInvalidReceipts)
        {
        }
        catch (Exception failure) when (!ended && (failure is DePinException or TimeoutException or OperationCanceledException))
        {
            ended = true;
            if (_vectors.Count < until || cancellationToken.IsCancellationRequested)
            {
                await request.FailAsync(attempt, failure).ConfigureAwait(false);
            }
            else
            {
                await attempt.FailAsync(failure, answerComplete: true).ConfigureAwait(false);
            }
        }
        finally
        {
            if (!ended)
            {
                attempt.Abandon();
            }
        }
    }

    private void Take(JobAttempt attempt, Wire.JobDelta delta, int until)
    {
        var vectors = new List<Embedding<float>>();
        foreach (var output in delta.Outputs)
        {
            vectors.AddRange(EmbeddingJobCodec.DecodeOutput(output.Span));
        }

        int? length = _vectors.Count > 0 ? _vectors[0].Vector.Length : vectors.Count > 0 ? vectors[0].Vector.Length : null;
        if (_vectors.Count + vectors.Count > until || vectors.Exists(v => v.Vector.Length != length))
        {
            throw new DePinException(DePinErrorCode.InvalidFrame, Fault.Provider, $"The provider at {attempt.Terms.Offer.Endpoint} returned more vectors than it was given texts, or vectors of different lengths.");
        }

        if (!attempt.Accept(delta))
        {
            throw new DePinException(DePinErrorCode.PriceExceeded, Fault.Consumer, "The request reached its highest cost; raise MaxCostPerRequest or send fewer texts.");
        }

        foreach (var vector in vectors)
        {
            vector.ModelId = model;
            vector.CreatedAt = time.GetUtcNow();
        }

        _vectors.AddRange(vectors);
    }
}
