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
    public ChatTemplateException(string message, int line) : base(line > 0 ? $"Chat template, line {line}: {message}" : message) => Line = line;

    /// <summary>Line of the template, from 1; 0 when no single line is at fault.</summary>
    public int Line { get; }
}
