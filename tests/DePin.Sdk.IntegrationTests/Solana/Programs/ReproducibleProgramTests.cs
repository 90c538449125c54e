using DePin.Sdk.Tools.SbpfLinker.Building;
using DePin.Sdk.Tools.SbpfLinker.Linking;

namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>The programs that are committed are what their sources compile to.</summary>
public sealed class ReproducibleProgramTests
{
    private static readonly string Root = RepositoryFiles.PathOf("contracts", "solana");

    [ClangFact]
    public void Build_EveryProgram_IsTheCommittedOne()
    {
        var folders = ProgramFolder.FindAll(Root);

        Assert.All(folders, static folder => Assert.Equal(File.ReadAllBytes(folder.OutputPath), ProgramWriter.Write(folder.Build())));
    }

    [ClangFact]
    public void CommittedPrograms_EachHasItsSources()
    {
        var built = ProgramFolder.FindAll(Root).Select(static folder => Path.GetFileName(folder.OutputPath)).Order(StringComparer.Ordinal);

        Assert.Equal(built, Directory.GetFiles(Path.Combine(Root, "programs"), "*.so").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
