namespace DePin.Sdk.Testing.Solana;

/// <summary>Programs for a local Solana chain, ready to be put at an address. They are unaudited and for tests only: never let them hold real funds.</summary>
/// <remarks>Their sources, tests and compute units are in <c>contracts/solana</c> of the repository.</remarks>
public static class SolanaPrograms
{
    private static readonly Lazy<ReadOnlyMemory<byte>> PaymentChannelsFile = new(static () => Read("payment_channels.so"));
    private static readonly Lazy<ReadOnlyMemory<byte>> ProviderStakeFile = new(static () => Read("provider_stake.so"));

    /// <summary>
    /// A test double of the payment-channels program that lives at <c>CHNLxYvVA28MJP9PrFuDXccuoGXAx7jBacfLEkahyGsX</c> on mainnet: the same accounts, instructions, errors, events and vouchers, in code of our own.
    /// </summary>
    public static ReadOnlyMemory<byte> PaymentChannels => PaymentChannelsFile.Value;

    /// <summary>The program that holds providers' stakes and slashes them by what they signed themselves; unaudited. It may lie at any address.</summary>
    public static ReadOnlyMemory<byte> ProviderStake => ProviderStakeFile.Value;

    private static byte[] Read(string name)
    {
        using var stream = typeof(SolanaPrograms).Assembly.GetManifestResourceStream(name)!;
        byte[] program = new byte[stream.Length];
        stream.ReadExactly(program);
        return program;
    }
}
