namespace DePin.Sdk.Transport;

/// <summary>Deadlines of calls: how much is left, and what a missed one looks like.</summary>
internal static class CallDeadline
{
    /// <summary>Longer ones are no deadlines; timers and <c>grpc-timeout</c> both hold this one.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromDays(40);

    /// <summary>What is left of the call's deadline; null for none.</summary>
    /// <exception cref="TimeoutException">It has passed.</exception>
    public static TimeSpan? Remaining(CallOptions options, TimeProvider time)
    {
        if (options.Deadline is not { } deadline)
        {
            return null;
        }

        var remaining = deadline - time.GetUtcNow();
        if (remaining <= TimeSpan.Zero)
        {
            throw Missed();
        }

        return remaining > Longest ? null : remaining;
    }

    public static TimeoutException Missed() => new("The call's deadline passed before the other side was done.");
}
