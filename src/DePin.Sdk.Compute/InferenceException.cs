namespace DePin.Sdk.Compute;

/// <summary>A model could not generate for a reason that lies neither in its file nor in an argument.</summary>
public sealed class InferenceException : Exception
{
    /// <summary>Creates the exception as an engine failure.</summary>
    public InferenceException() : this(InferenceErrorCode.EngineFailure, "The engine failed.")
    {
    }

    /// <summary>Creates the exception as an engine failure.</summary>
    /// <param name="message">What happened.</param>
    public InferenceException(string message) : this(InferenceErrorCode.EngineFailure, message)
    {
    }

    /// <summary>Creates the exception as an engine failure.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public InferenceException(string message, Exception innerException) : this(InferenceErrorCode.EngineFailure, message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="code">Why the model could not generate.</param>
    /// <param name="message">What happened, with the numbers.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public InferenceException(InferenceErrorCode code, string message, Exception? innerException = null) : base(message, innerException) =>
        Code = code;

    /// <summary>Why the model could not generate.</summary>
    public InferenceErrorCode Code { get; }

    /// <summary>Whether the same request may succeed later, when other sequences have ended.</summary>
    public bool IsTransient => Code is InferenceErrorCode.TooManySequences or InferenceErrorCode.OutOfKeyValueMemory;
}
