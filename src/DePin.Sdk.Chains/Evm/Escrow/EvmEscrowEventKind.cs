namespace DePin.Sdk.Chains.Evm.Escrow;

/// <summary>What happened to a channel.</summary>
public enum EvmEscrowEventKind
{
    /// <summary>It opened.</summary>
    Opened,

    /// <summary>Its deposit grew.</summary>
    ToppedUp,

    /// <summary>Its payee was paid.</summary>
    Settled,

    /// <summary>Its payer asked to close.</summary>
    CloseRequested,

    /// <summary>Its payer took that back.</summary>
    CloseCanceled,

    /// <summary>It closed for good.</summary>
    Closed,
}
