namespace DePin.Sdk;

/// <summary>Every failure of the network that is not a misused argument, a cancellation or a missed deadline.</summary>
public class DePinException : Exception
{
    /// <summary>Describes a failure.</summary>
    /// <param name="code">What went wrong.</param>
    /// <param name="fault">Whose fault it is.</param>
    /// <param name="message">What happened and what to do about it.</param>
    /// <param name="isTransient">Whether the same call may succeed later or elsewhere.</param>
    /// <param name="innerException">The cause, if any.</param>
    public DePinException(DePinErrorCode code, Fault fault, string message, bool isTransient = false, Exception? innerException = null)
        : base(message, innerException)
    {
        Code = code;
        Fault = fault;
        IsTransient = isTransient;
    }

    /// <summary>What went wrong.</summary>
    public DePinErrorCode Code { get; }

    /// <summary>Whose fault it is.</summary>
    public Fault Fault { get; }

    /// <summary>Whether the same call may succeed later or at another provider.</summary>
    public bool IsTransient { get; }
}
