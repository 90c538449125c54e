namespace DePin.Sdk.Tools.SbpfLinker.Linking;

/// <summary>A call that the loader binds to a function of the runtime.</summary>
/// <param name="FileOffset">Where the instruction lies in the program's file.</param>
/// <param name="Name">The function.</param>
internal readonly record struct SyscallSite(int FileOffset, string Name);
