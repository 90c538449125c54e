namespace DePin.Sdk.Market;

/// <summary>What is known of a provider at one moment.</summary>
/// <param name="TimeToFirstToken">Peak-EWMA: rises at once with a slow answer, sinks slowly. Null before the first answer.</param>
/// <param name="SuccessRate">0 to 1, fading towards 1 with time.</param>
/// <param name="InFlight">Requests running now.</param>
public readonly record struct ProviderSnapshot(TimeSpan? TimeToFirstToken, double SuccessRate, int InFlight);
