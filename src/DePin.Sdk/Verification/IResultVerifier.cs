namespace DePin.Sdk.Verification;

/// <summary>Why should I believe the answer? Thread-safe.</summary>
public interface IResultVerifier
{
    /// <summary>Returns when the result is believed.</summary>
    /// <param name="result">What came back, and what was asked for.</param>
    /// <param name="cancellationToken">Gives up a check that asks others.</param>
    /// <exception cref="DePinException"><see cref="DePinErrorCode.InvalidReceipt"/>: it is not; the fault is the provider's.</exception>
    ValueTask VerifyAsync(JobResult result, CancellationToken cancellationToken = default);
}
