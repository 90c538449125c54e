namespace DePin.Sdk.Tools.SbpfLinker.Building;

/// <summary>Programs could not be built; the message is the compiler's, or says what is missing.</summary>
internal sealed class BuildException(string message) : Exception(message);
