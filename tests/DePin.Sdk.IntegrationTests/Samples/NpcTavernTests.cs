using System.Text.RegularExpressions;
using DePin.Sdk.IntegrationTests.Packaging;

namespace DePin.Sdk.IntegrationTests.Samples;

public sealed partial class NpcTavernTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "NpcTavern.dll");

    [Fact]
    public async Task Run_Scene_EverybodyAnswersAndRemembers()
    {
        var output = await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program);

        // Three characters, three lines to each of them, and an action with every answer.
        Assert.Equal(9, Answer().Count(output));
        Assert.Contains("Bram", output, StringComparison.Ordinal);

        // The question after loading names no place; who remembers the conversation knows which one is meant.
        var last = output[output.IndexOf("You: Is it dangerous?", StringComparison.Ordinal)..];
        Assert.Contains("mine", last, StringComparison.Ordinal);
        var read = Regex.Match(last, @"(\d+) of (\d+) tokens were not read again");
        Assert.InRange(int.Parse(read.Groups[2].Value) - int.Parse(read.Groups[1].Value), 1, 25);
        Assert.Contains("The frame loop allocated 0 bytes", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_Twice_SaysTheSame()
    {
        var first = await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program);
        var second = await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program);
        Assert.Equal(Answer().Matches(first).Select(m => m.Value), Answer().Matches(second).Select(m => m.Value));
    }

    [GeneratedRegex(@"(?m)^  \w+ +\[[a-z ]+\] [A-Z].*[.!?]\r?$")]
    private static partial Regex Answer();
}
