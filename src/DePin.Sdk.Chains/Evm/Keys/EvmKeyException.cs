namespace DePin.Sdk.Chains.Evm.Keys;

/// <summary>A key file could not be read, opened or written. The message never tells a key or password.</summary>
public sealed class EvmKeyException : DePinException
{
    /// <summary>Describes a problem with a key file.</summary>
    /// <param name="problem">What kind of problem.</param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause, if any.</param>
    public EvmKeyException(EvmKeyProblem problem, string message, Exception? innerException = null)
        : base(CodeOf(problem), DePin.Sdk.Fault.Consumer, message, isTransient: false, innerException) => Problem = problem;

    /// <summary>What kind of problem.</summary>
    public EvmKeyProblem Problem { get; }

    private static DePinErrorCode CodeOf(EvmKeyProblem problem) => problem switch
    {
        EvmKeyProblem.Malformed or EvmKeyProblem.TooCostly => DePinErrorCode.InvalidFrame,
        EvmKeyProblem.Unsupported => DePinErrorCode.Unsupported,
        EvmKeyProblem.Storage => DePinErrorCode.StorageFailed,
        _ => DePinErrorCode.InvalidRequest,
    };
}
