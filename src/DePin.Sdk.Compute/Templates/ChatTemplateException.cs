namespace DePin.Sdk.Compute.Templates;

/// <summary>A chat template is malformed, uses something unsupported, refuses the conversation, or exceeds its bounds.</summary>
public sealed class ChatTemplateException : Exception
{
    /// <summary>Creates the exception without a line.</summary>
    public ChatTemplateException() : this("The chat template failed.", 0)
    {
    }

    /// <summary>Creates the exception without a line.</summary>
    /// <param name="message">What is wrong.</param>
    public ChatTemplateException(string message) : this(message, 0)
    {
    }

    /// <summary>Creates the exception without a line.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public ChatTemplateException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="line">Line of the template, from 1; 0 when none is at fault.</param>
    /// <param name="column">Column of that line, from 1; 0 when none is at fault.</param>
    public ChatTemplateException(string message, int line, int column = 0) : base(
        line <= 0 ? message : column <= 0 ? $"Chat template, line {line}: {message}" : $"Chat template, line {line}, column {column}: {message}")
    {
        Line = line;
        Column = column;
        Reason = message;
    }

    internal ChatTemplateException(string message, TemplatePosition position) : this(message, position.Line, position.Column)
    {
    }

    /// <summary>Line of the template, from 1; 0 when no single line is at fault.</summary>
    public int Line { get; }

    /// <summary>The message without the place.</summary>
    internal string Reason { get; } = "";

    /// <summary>Column of that line, from 1 and in characters; 0 when no single place is at fault.</summary>
    public int Column { get; }
}
