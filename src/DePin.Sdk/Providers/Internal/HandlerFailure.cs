namespace DePin.Sdk.Providers.Internal;

/// <summary>What a consumer is told when a handler fails: whether its own request was to blame, and nothing of the provider's insides.</summary>
internal static class HandlerFailure
{
    public static DePinException Describe(Exception failure) => failure switch
    {
        DePinException { Code: DePinErrorCode.InvalidRequest or DePinErrorCode.InvalidFrame or DePinErrorCode.MessageTooLarge or DePinErrorCode.Unsupported } refusal => refusal,
        _ => new DePinException(DePinErrorCode.ProviderFailed, Fault.Provider, "The provider's model failed; what was delivered stays owed. Try another provider.", isTransient: true, failure),
    };

    public static DePinException Stuck() =>
        new(DePinErrorCode.ProviderFailed, Fault.Provider, "The provider's model did not stop when it was told to; what was delivered stays owed.", isTransient: true);

    public static DePinException InvalidUsage() =>
        new(DePinErrorCode.ProviderFailed, Fault.Provider, "The provider's meter ran backwards; what was delivered stays owed.", isTransient: true);
}
