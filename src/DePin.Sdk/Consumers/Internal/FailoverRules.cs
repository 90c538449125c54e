namespace DePin.Sdk.Consumers.Internal;

/// <summary>Which failures another provider may not have.</summary>
internal static class FailoverRules
{
    /// <summary>
    /// True when another provider is worth asking. Everything that a provider says counts, even that the request is bad: it cannot be trusted to speak for
    /// others. What this side's own money or storage refuses stays refused.
    /// </summary>
    public static bool CanMoveOn(Exception failure) => failure switch
    {
        DePinException { Code: DePinErrorCode.SpendLimitExceeded or DePinErrorCode.InsufficientFunds or DePinErrorCode.StorageFailed } => false,
        DePinException { Fault: Fault.Chain } chain => chain.IsTransient,
        DePinException or TimeoutException => true,
        _ => false,
    };

    /// <summary>True when a payment could not be prepared for a reason that an account on another chain may not have: no money, no chain, or nobody who answers for the chain.</summary>
    public static bool IsOfAccount(Exception failure) => failure is
        DePinException { Code: DePinErrorCode.SpendLimitExceeded or DePinErrorCode.InsufficientFunds } or DePinException { Fault: Fault.Chain or Fault.Network };

    /// <summary>True when the failure says nothing about the provider's quality.</summary>
    public static bool IsOwnFault(Exception? failure) => failure is null or OperationCanceledException
        or DePinException { Code: DePinErrorCode.InvalidRequest or DePinErrorCode.Unsupported or DePinErrorCode.SpendLimitExceeded or DePinErrorCode.InsufficientFunds or DePinErrorCode.StorageFailed }
        or DePinException { Fault: Fault.Chain };

    /// <summary>One error for a request that no provider served.</summary>
    public static DePinException Describe(string model, IReadOnlyList<Exception> failures)
    {
        if (failures.Count == 0)
        {
            return new DePinException(DePinErrorCode.NoProvider, Fault.Network, $"No offer for '{model}' fits the request; check the model's name, the region, the capabilities and the highest cost, and that providers are listed.", isTransient: true);
        }

        var inner = failures.Count == 1 ? failures[0] : new AggregateException(failures);
        var codes = failures.Select(f => (f as DePinException)?.Code).Distinct().ToArray();
        var last = failures[^1] as DePinException;
        return codes is [{ } same] && last is not null
            ? new DePinException(same, last.Fault, $"{failures.Count} of the providers of '{model}' were asked, none could serve the request. The last one: {last.Message}", failures.OfType<DePinException>().Any(f => f.IsTransient), inner)
            : new DePinException(DePinErrorCode.Unavailable, Fault.Network, $"{failures.Count} of the providers of '{model}' were asked, all failed; see the inner exceptions.", isTransient: true, inner);
    }
}
