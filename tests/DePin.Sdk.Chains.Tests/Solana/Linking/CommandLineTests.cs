using DePin.Sdk.Tools.SbpfLinker;

namespace DePin.Sdk.Chains.Tests.Solana.Linking;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbpf-linker-tests").FullName;
    private readonly StringWriter _output = new();
    private readonly StringWriter _errors = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Run_Objects_WritesTheProgram()
    {
        string file = WriteObject("start");
        string program = Path.Combine(_folder, "a.so");

        Assert.Equal(0, Run("-e", "start", "-o", program, file));
        Assert.Contains("calls nothing of the runtime", _output.ToString(), StringComparison.Ordinal);
        Assert.Equal((byte)0x7f, File.ReadAllBytes(program)[0]);
    }

    [Fact]
    public void Run_ObjectThatDoesNotLink_SaysWhichAndWritesNothing()
    {
        string file = WriteObject("start");
        string program = Path.Combine(_folder, "a.so");

        Assert.Equal(1, Run("-o", program, file));
        Assert.Contains("test.o: no object defines the function 'entrypoint'", _errors.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(program));
    }

    [Fact]
    public void Run_MissingFileOrFolder_Fails()
    {
        Assert.Equal(1, Run("-o", Path.Combine(_folder, "a.so"), Path.Combine(_folder, "absent.o")));
        Assert.Equal(1, Run("build", Path.Combine(_folder, "absent")));
        Assert.Equal(1, Run("build", _folder));
        Assert.Contains("no folder with C files", _errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData()]
    [InlineData("-o", "a.so")]
    [InlineData("link", "a.o")]
    [InlineData("build", "a", "--force")]
    public void Run_OtherArguments_ShowsUsage(params string[] arguments)
    {
        Assert.Equal(2, Run(arguments));
        Assert.StartsWith("usage:", _errors.ToString(), StringComparison.Ordinal);
    }

    private int Run(params string[] arguments) => CommandLine.Run(arguments, _output, _errors);

    private string WriteObject(string entry)
    {
        var file = new BpfObject();
        file.AddSymbol(entry, file.AddCode(Bpf.ReturnZero, Bpf.Exit));
        string path = Path.Combine(_folder, "test.o");
        File.WriteAllBytes(path, file.Build());
        return path;
    }
}
