namespace DePin.Sdk.Chains.Solana.Keys;

/// <summary>A key file of Solana could not be read or written. The message never tells a part of the key.</summary>
public sealed class SolanaKeyException : DePinException
{
    /// <summary>Describes a problem with a key file.</summary>
    /// <param name="problem">What kind of problem.</param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause, if any.</param>
    public SolanaKeyException(SolanaKeyProblem problem, string message, Exception? innerException = null)
        : base(CodeOf(problem), DePin.Sdk.Fault.Consumer, message, isTransient: false, innerException) => Problem = problem;

    /// <summary>What kind of problem.</summary>
    public SolanaKeyProblem Problem { get; }

    private static DePinErrorCode CodeOf(SolanaKeyProblem problem) => problem switch
    {
        SolanaKeyProblem.Malformed or SolanaKeyProblem.Mismatch => DePinErrorCode.InvalidFrame,
        SolanaKeyProblem.Storage => DePinErrorCode.StorageFailed,
        _ => DePinErrorCode.InvalidRequest,
    };
}
