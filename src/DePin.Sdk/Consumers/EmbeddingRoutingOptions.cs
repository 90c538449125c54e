namespace DePin.Sdk.Consumers;

/// <summary>How embedding requests find their providers and what they may cost.</summary>
public sealed class EmbeddingRoutingOptions : RoutingOptions
{
    /// <summary>How many texts one job carries, 1 to 4,096; a longer list is split over several jobs, which may run at different providers.</summary>
    /// <value>256.</value>
    public int MaxBatchSize { get; set; } = 256;

    internal override void Validate()
    {
        base.Validate();
        Require(MaxBatchSize is >= 1 and <= 4096, nameof(MaxBatchSize), MaxBatchSize, "1 to 4,096");
    }
}
