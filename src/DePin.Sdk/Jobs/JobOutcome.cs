namespace DePin.Sdk.Jobs;

/// <summary>How a job ended, as its receipt says.</summary>
public enum JobOutcome
{
    /// <summary>It ran to its end.</summary>
    Completed = 0,

    /// <summary>The consumer cancelled it, or its deadline passed.</summary>
    Cancelled = 1,

    /// <summary>The cost reached the consumer's limit.</summary>
    CostLimit = 2,

    /// <summary>The provider is shutting down.</summary>
    Drained = 3,
}
