using DePin.Sdk.IntegrationTests.Packaging;

namespace DePin.Sdk.IntegrationTests.Samples;

public sealed class QuickstartTests
{
    [Fact]
    public async Task Run_OneProviderKilled_CompletesTheAnswerAndSettles()
    {
        var output = await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"));

        Assert.Matches(@"\[\w+ killed\]", output);
        Assert.Matches(@"(?m)^\w+ +Failed .* none\s*$", output);
        Assert.Matches(@"(?m)^\w+ +Completed .* verified\s*$", output);
        Assert.Contains("nothing appeared, nothing vanished", output, StringComparison.Ordinal);
    }
}
