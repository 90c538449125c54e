using DePin.Sdk.Identity;

namespace DePin.Sdk.Market;

/// <summary>What this consumer has seen of each provider: peak-EWMA time to first token, success rate, jobs in flight. Thread-safe, bounded.</summary>
public sealed class ProviderStatistics
{
    /// <summary>Starts without experience.</summary>
    /// <param name="timeProvider">The clock by which experience fades.</param>
    public ProviderStatistics(TimeProvider? timeProvider = null) => Time = timeProvider ?? TimeProvider.System;

    private TimeProvider Time { get; }

    /// <summary>A request to the provider begins.</summary>
    public void RecordStart(PublicKey provider) => throw new NotImplementedException();

    /// <summary>Its first token came.</summary>
    public void RecordFirstToken(PublicKey provider, TimeSpan timeToFirstToken) => throw new NotImplementedException();

    /// <summary>It ended.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="succeeded">False when the provider failed; a consumer's cancellation is no failure.</param>
    public void RecordEnd(PublicKey provider, bool succeeded) => throw new NotImplementedException();

    /// <summary>What is known now.</summary>
    public ProviderSnapshot Get(PublicKey provider) => throw new NotImplementedException();
}
