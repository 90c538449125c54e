namespace DePin.Sdk.Jobs;

/// <summary>Makes the errors of a payload codec, which differ by who wrote the bytes.</summary>
internal readonly struct PayloadFault
{
    private PayloadFault(DePinErrorCode code, Fault fault, string what)
    {
        Code = code;
        Fault = fault;
        What = what;
    }

    /// <summary>A job's payload: the consumer wrote it.</summary>
    public static PayloadFault Request { get; } = new(DePinErrorCode.InvalidRequest, Fault.Consumer, "payload");

    /// <summary>A job's output: the provider wrote it.</summary>
    public static PayloadFault Output { get; } = new(DePinErrorCode.InvalidFrame, Fault.Provider, "output");

    private DePinErrorCode Code { get; }

    private Fault Fault { get; }

    private string What { get; }

    public DePinException Invalid(string field, string problem, Exception? inner = null) =>
        new(Code, Fault, $"The job's {What} cannot be used: {field} {problem}.", innerException: inner);

    /// <summary>The bytes are no protobuf message at all.</summary>
    public DePinException Malformed(Exception inner) =>
        new(DePinErrorCode.InvalidFrame, Fault, $"The job's {What} is not a message of its kind: {inner.Message}", innerException: inner);

    public void CheckCount(string field, int count, int limit)
    {
        if (count > limit)
        {
            throw Invalid(field, $"has {count} entries; at most {limit} are allowed");
        }
    }

    public string CheckText(string field, string text, int limit) => text.Length <= limit
        ? text
        : throw Invalid(field, $"has {text.Length} characters; at most {limit} are allowed");

    public string CheckName(string field, string text) => string.IsNullOrWhiteSpace(text)
        ? throw Invalid(field, "is empty")
        : CheckText(field, text, PayloadLimits.MaxNameLength);
}
