namespace DePin.Sdk.Providers.Internal;

/// <summary>Why a job is stopped before its end. The first reason counts.</summary>
internal enum StopReason
{
    None,

    /// <summary>The consumer wants no more.</summary>
    ConsumerCancelled,

    /// <summary>The job's deadline, or the provider's own limit, has come.</summary>
    Deadline,

    /// <summary>The provider shuts down.</summary>
    Drained,

    /// <summary>What the consumer sent cannot be accepted, or its stream broke.</summary>
    InboxFailed,

    /// <summary>The consumer went away.</summary>
    ConsumerGone,
}
