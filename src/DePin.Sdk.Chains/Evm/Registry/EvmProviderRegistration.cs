namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>What a provider registers with.</summary>
public sealed record EvmProviderRegistration
{
    /// <summary>The stake, in base units of the registry's token; at least its minimum.</summary>
    public required UInt128 Stake { get; init; }

    /// <summary>The bytes of the document, as <see cref="EvmProviderDocument.ToBytes"/> gives them.</summary>
    public required ReadOnlyMemory<byte> Document { get; init; }

    /// <summary>Where those bytes can be fetched, at most 512 bytes: an https: address, or <see cref="EvmProviderDocument.ToDataUri"/>.</summary>
    public required string DocumentUri { get; init; }

    /// <summary>Where the provider is paid on this chain.</summary>
    /// <value>Null: the account that registers.</value>
    public EvmAddress? Payee { get; init; }

    /// <summary>Who may change the document besides the provider, so that the staking key can stay offline.</summary>
    /// <value>Zero: nobody.</value>
    public EvmAddress Operator { get; init; }
}
