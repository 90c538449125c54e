namespace DePin.Sdk.Transport;

/// <summary>What a caller is told when the other side's code throws.</summary>
internal static class ServiceFailure
{
    /// <summary>Our own exceptions pass; of a foreign one the caller learns only that the provider failed, since its text may hold anything.</summary>
    public static Exception ToCallerException(Exception exception) => exception switch
    {
        DePinException or TimeoutException => exception,
        OperationCanceledException => new DePinException(
            DePinErrorCode.Unavailable, Fault.Provider, "The provider stopped the call; try another one.", isTransient: true, exception),
        _ => new DePinException(
            DePinErrorCode.ProviderFailed, Fault.Provider, "The provider failed while it served the call; try another one.", isTransient: true, exception),
    };

    /// <summary>What a provider is told when its consumer ended the call or vanished.</summary>
    public static DePinException CallerGone(Exception? cause = null) =>
        new(DePinErrorCode.Unavailable, Fault.Network, "The consumer closed the call or went away.", isTransient: true, cause);
}
