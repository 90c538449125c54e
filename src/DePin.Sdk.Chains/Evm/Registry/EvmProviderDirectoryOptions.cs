using DePin.Sdk.Chains.Evm.Logs;

namespace DePin.Sdk.Chains.Evm.Registry;

/// <summary>How an <see cref="EvmProviderDirectory"/> follows the registry and asks its providers.</summary>
public sealed class EvmProviderDirectoryOptions
{
    /// <summary>How the registry's events are followed; set <see cref="EvmLogFollowerOptions.StartBlock"/> to the block in which it was deployed, and a database, so that a start reads only what is new.</summary>
    public EvmLogFollowerOptions Following { get; set; } = new();

    /// <summary>How old the offers may grow before the providers are asked again.</summary>
    /// <value>Default 15 seconds.</value>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a provider, and the server of its document, may take to answer.</summary>
    /// <value>Default 5 seconds.</value>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>A provider that fails is left alone for <see cref="RefreshInterval"/>, then for twice as long, and so on up to this.</summary>
    /// <value>Default 5 minutes.</value>
    public TimeSpan MaxBackoff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How many providers are asked: those with the highest stakes. A larger network wants a marketplace, which asks for everybody.</summary>
    /// <value>Default 1,000.</value>
    public int MaxProviders { get; set; } = 1_000;

    /// <summary>How many providers are asked at the same time.</summary>
    /// <value>Default 32.</value>
    public int MaxConcurrency { get; set; } = 32;

    /// <summary>Fetches documents, for example through a gateway or a proxy. It stays the caller's; it should not follow redirects.</summary>
    /// <value>Null: a client of the directory's own, without proxy, cookies and redirects.</value>
    public HttpClient? HttpClient { get; set; }

    internal EvmProviderDirectoryOptions Snapshot()
    {
        var copy = (EvmProviderDirectoryOptions)MemberwiseClone();
        copy.Validate();
        return copy;
    }

    private void Validate()
    {
        ArgumentNullException.ThrowIfNull(Following);
        Following = Following.Snapshot();
        if (RefreshInterval <= TimeSpan.Zero || Patience <= TimeSpan.Zero || MaxBackoff < RefreshInterval || MaxProviders < 1 || MaxConcurrency < 1)
        {
            throw new ArgumentException(
                $"{nameof(RefreshInterval)}, {nameof(Patience)}, {nameof(MaxProviders)} and {nameof(MaxConcurrency)} are above zero, and {nameof(MaxBackoff)} is at least {nameof(RefreshInterval)}.");
        }
    }
}
