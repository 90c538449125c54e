namespace DePin.Sdk.Consumers;

/// <summary>How a provider's part of a request ended.</summary>
public enum DeliveryEnding
{
    /// <summary>It is still running, or being closed.</summary>
    Running,

    /// <summary>With a receipt.</summary>
    Completed,

    /// <summary>The answer was complete, but no valid receipt came.</summary>
    WithoutReceipt,

    /// <summary>The provider failed or died; another one continued, if there was one.</summary>
    Failed,

    /// <summary>It was cancelled: by the caller, by the deadline, or because another provider was faster.</summary>
    Cancelled,
}
