namespace DePin.Sdk.Compute;

/// <summary>A model file is damaged, hostile, or uses something this engine does not support.</summary>
/// <remarks>The only exception that reading a model file throws for reasons that lie in the file.</remarks>
public sealed class ModelFormatException : Exception
{
    /// <summary>Creates the exception without a place in the file.</summary>
    public ModelFormatException() : this("The model file is not valid.", -1, null)
    {
    }

    /// <summary>Creates the exception without a place in the file.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    public ModelFormatException(string message) : this(message, -1, null)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="innerException">The cause.</param>
    public ModelFormatException(string message, Exception innerException) : this(message, -1, null, innerException)
    {
    }

    /// <summary>Creates the exception with a place in the file.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="offset">Byte offset in the file, or -1 when no single place is at fault.</param>
    /// <param name="subject">The metadata key or tensor name at fault, if one is.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ModelFormatException(string message, long offset, string? subject, Exception? innerException = null)
        : this(message, offset, subject, null, innerException)
    {
    }

    /// <summary>Creates the exception with a place in one of several files.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="offset">Byte offset in the file, or -1 when no single place is at fault.</param>
    /// <param name="subject">The metadata key or tensor name at fault, if one is.</param>
    /// <param name="file">Name of the file at fault, if the model has several.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ModelFormatException(string message, long offset, string? subject, string? file, Exception? innerException = null)
        : base(Describe(message, offset, subject, file), innerException)
    {
        Reason = message;
        Offset = offset;
        Subject = subject;
        File = string.IsNullOrEmpty(file) ? null : file;
    }

    /// <summary>Byte offset in the file at which the problem was found; -1 when no single place is at fault.</summary>
    public long Offset { get; }

    /// <summary>The metadata key or tensor name at fault; null when it is neither.</summary>
    public string? Subject { get; }

    /// <summary>Name of the file at fault; null when the model has only one.</summary>
    public string? File { get; }

    /// <summary>The message without the place.</summary>
    internal string Reason { get; }

    /// <summary>The same exception, saying in which file the problem lies.</summary>
    internal ModelFormatException In(string file) => File is null ? new(Reason, Offset, Subject, Path.GetFileName(file), this) : this;

    private static string Describe(string message, long offset, string? subject, string? file)
    {
        string place = offset < 0 ? "" : $"at byte {offset}";
        if (!string.IsNullOrEmpty(file))
        {
            place += place.Length > 0 ? $" of {file}" : $"in {file}";
        }

        return (place.Length, subject) switch
        {
            (0, null) => message,
            (0, _) => $"{message} ('{subject}')",
            (_, null) => $"{message} ({place})",
            _ => $"{message} ('{subject}', {place})",
        };
    }
}
