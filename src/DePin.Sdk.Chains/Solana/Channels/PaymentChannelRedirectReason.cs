namespace DePin.Sdk.Chains.Solana.Channels;

/// <summary>Why a token account could not be paid, with the number that events carry.</summary>
public enum PaymentChannelRedirectReason
{
    /// <summary>It has a Token-2022 extension that the program does not take.</summary>
    UnsupportedExtension = 0,

    /// <summary>There is none, or it cannot be read.</summary>
    ClosedOrMalformed = 1,

    /// <summary>It is frozen, or was never initialized.</summary>
    NotInitialized = 2,

    /// <summary>It belongs to somebody else now.</summary>
    ReassignedAuthority = 3,
}
