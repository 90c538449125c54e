namespace DePin.Sdk.Tools.SbpfLinker;

/// <summary>Objects that cannot become a program: what is wrong, in which file, and where in it.</summary>
internal sealed class LinkException : Exception
{
    /// <param name="file">The file as it was named to the linker.</param>
    /// <param name="offset">The position in the file, in bytes; null where the fault has none.</param>
    /// <param name="problem">What is wrong, and where it helps, what to write instead.</param>
    public LinkException(string file, long? offset, string problem)
        : base(offset is { } position ? $"{file}: at byte {position}: {problem}" : $"{file}: {problem}")
    {
        File = file;
        Offset = offset;
    }

    /// <summary>The file as it was named to the linker.</summary>
    public string File { get; }

    /// <summary>The position in the file, in bytes; null where the fault has none.</summary>
    public long? Offset { get; }
}
