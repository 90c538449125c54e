namespace DePin.Sdk.IntegrationTests.Solana.Programs;

/// <summary>What is compiled and linked for Solana computes what the same C computes on this machine.</summary>
public sealed class DifferentialTests
{
    private const int Calls = 20;

    [ProgramFact]
    public async Task Run_ChosenFunctions_ComputeTheSame()
    {
        using var program = await ComparedProgram.BuildAsync(["arithmetic.c", "control.c", "memory.c", "table.c"]);

        // One case more than there are wraps around, which shows that the count, in a section of its own, was read.
        await CompareAsync(program, cases: 34, seed: 1);
    }

    [ProgramTheory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Run_RandomFunctions_ComputeTheSame(int seed)
    {
        const int Cases = 20;
        using var program = await ComparedProgram.BuildAsync([], new RandomSource(seed).Write(Cases));

        await CompareAsync(program, Cases, seed);
    }

    private static async Task CompareAsync(ComparedProgram program, int cases, int seed)
    {
        var inputs = new RandomInputs(seed);
        string[] lines = [.. Enumerable.Range(0, cases * Calls).Select(i => inputs.NextCall(i % cases))];

        var (solana, host) = await program.RunAsync(lines);

        Assert.Equal(lines.Length, host.Length);
        Assert.All(host, static line => Assert.Equal(ComparedProgram.InputsPerCall * 16, line.Length));
        Assert.Equal(host, solana);
        Assert.True(host.Distinct().Count() > lines.Length / 2);
    }
}
