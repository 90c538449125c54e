namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>A provider as the registry's events describe it.</summary>
public sealed record EvmRegisteredProvider
{
    /// <summary>The account that stakes.</summary>
    public required EvmAddress Address { get; init; }

    /// <summary>The key that signs its offers and receipts, or did until <see cref="NextKeyFrom"/>.</summary>
    public required EvmAddress Key { get; init; }

    /// <summary>The key that takes over at <see cref="NextKeyFrom"/>; null when none was scheduled.</summary>
    public EvmAddress? NextKey { get; init; }

    /// <summary>When <see cref="NextKey"/> takes over.</summary>
    public DateTimeOffset NextKeyFrom { get; init; }

    /// <summary>Who may change the document besides the provider; zero for nobody.</summary>
    public required EvmAddress Operator { get; init; }

    /// <summary>Where the provider is paid.</summary>
    public required EvmAddress Payee { get; init; }

    /// <summary>SHA-256 of the document.</summary>
    public required Hash32 DocumentHash { get; init; }

    /// <summary>Where the document is fetched.</summary>
    public required string DocumentUri { get; init; }

    /// <summary>The stake in force, in base units of the registry's token.</summary>
    public required UInt128 Stake { get; init; }

    /// <summary>The stake on its way out, which can be slashed all the same.</summary>
    public required UInt128 Thawing { get; init; }

    /// <summary>When what thaws can be withdrawn; meaningless while nothing thaws.</summary>
    public DateTimeOffset ThawEnd { get; init; }

    /// <summary>How many cases are open against it.</summary>
    public required int OpenCases { get; init; }

    /// <summary>Whether its stake in force reaches the minimum, so that it is listed.</summary>
    public required bool IsActive { get; init; }

    /// <summary>Whether the provider answers for what a key signs now: the key in use, or one that is to take over.</summary>
    public bool IsKey(EvmAddress key, DateTimeOffset now) => key == NextKey || (key == Key && (NextKey is null || now < NextKeyFrom));
}
