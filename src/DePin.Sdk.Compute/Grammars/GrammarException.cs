namespace DePin.Sdk.Compute.Grammars;

/// <summary>A grammar or a JSON schema is malformed, uses something unsupported, or exceeds its bounds.</summary>
public sealed class GrammarException : Exception
{
    /// <summary>Creates the exception without a place.</summary>
    public GrammarException() : this("The grammar is not valid.")
    {
    }

    /// <summary>Creates the exception without a place.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    public GrammarException(string message) : base(message)
    {
    }

    /// <summary>Creates the exception without a place.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="innerException">The cause.</param>
    public GrammarException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Creates the exception for a place in the text of a grammar.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column, from 1.</param>
    public GrammarException(string message, int line, int column) : base($"Grammar, line {line}, column {column}: {message}")
    {
        Line = line;
        Column = column;
    }

    /// <summary>Creates the exception for a place in a JSON schema.</summary>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="pointer">The JSON pointer of the keyword at fault; empty for the whole schema.</param>
    public GrammarException(string message, string pointer) : base($"JSON schema, #{pointer}: {message}") => Pointer = pointer;

    /// <summary>Line in the text of the grammar, from 1; 0 when no single place is at fault.</summary>
    public int Line { get; }

    /// <summary>Column in the text of the grammar, from 1; 0 when no single place is at fault.</summary>
    public int Column { get; }

    /// <summary>JSON pointer (RFC 6901) of the keyword at fault; null when the source is no JSON schema.</summary>
    public string? Pointer { get; }
}
