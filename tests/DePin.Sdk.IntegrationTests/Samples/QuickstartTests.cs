using System.Globalization;
using System.Text.RegularExpressions;
using DePin.Sdk.IntegrationTests.Evm;
using DePin.Sdk.IntegrationTests.Solana;

namespace DePin.Sdk.IntegrationTests.Samples;

public sealed partial class QuickstartTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Quickstart.dll");

    [Fact]
    public async Task Run_OneProviderKilled_CompletesTheAnswerAndSettles() =>
        RequireTheStory(await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program));

    [AnvilFact]
    public async Task Run_OnAnEvmChain_TellsTheSameStoryAndAddsUp()
    {
        await using var node = await AnvilFixture.StartAsync(new() { BlockTime = TimeSpan.FromSeconds(0.2) });
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, "0x" + Convert.ToHexStringLower(node.Accounts[0].PrivateKey.Span));
            RequireGasAndBalances(await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program, "--chain", "evm", "--rpc", node.HttpUrl.ToString(), "--key", keyFile));
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    [AnvilFact]
    public async Task Run_NoChainNamed_StartsOneOfItsOwn()
    {
        var anvil = await AnvilFixture.GetProgramAsync();
        var output = await TestProgram.RunAsync(AppContext.BaseDirectory, "sh", "-c", $"DEPIN_ANVIL='{anvil}' exec dotnet exec '{Program}' --chain evm");
        Assert.Contains("Started an EVM chain of your own", output, StringComparison.Ordinal);
        Assert.Contains("--rpc URL --key FILE", output, StringComparison.Ordinal);
        RequireGasAndBalances(output);
    }

    [SurfpoolFact]
    public async Task Run_OnASolanaChain_TellsTheSameStoryAndAddsUp()
    {
        await using var node = await SurfpoolFixture.StartAsync();
        var keyFile = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(keyFile, $"[{string.Join(',', node.Payer.PrivateKey.ToArray().Concat(node.Payer.PublicKey.ToArray()))}]");
            var output = await TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program, "--chain", "solana", "--rpc", node.RpcUrl.ToString(), "--key", keyFile);
            RequireGasAndBalances(output);
            RequirePlayersWithoutSol(output);
            Assert.Contains("closed channels hold", output, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(keyFile);
        }
    }

    [SurfpoolFact]
    public async Task Run_SolanaAndNothingElseNamed_StartsAChainOfItsOwn()
    {
        var package = await SurfpoolFixture.GetPackageAsync();
        var output = await TestProgram.RunAsync(AppContext.BaseDirectory, "sh", "-c", $"DEPIN_SURFPOOL='{package}' exec dotnet exec '{Program}' --chain solana");
        Assert.Contains("Started a Solana chain of your own", output, StringComparison.Ordinal);
        Assert.Contains("--rpc URL --key FILE", output, StringComparison.Ordinal);
        RequireGasAndBalances(output);
        RequirePlayersWithoutSol(output);
        Assert.Contains("fetched back: 0 of the accounts are left", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_UnknownChain_SaysWhatThereIs()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => TestProgram.RunAsync(AppContext.BaseDirectory, "dotnet", "exec", Program, "--chain", "none"));
        Assert.Contains("--chain evm --rpc URL --key FILE", error.Message, StringComparison.Ordinal);
    }

    private static void RequirePlayersWithoutSol(string output) => Assert.Equal(7, Sponsored().Count(output));

    private static void RequireTheStory(string output)
    {
        Assert.Matches(@"\[\w+ killed\]", output);
        Assert.Matches(@"(?m)^\w+ +Failed .* none\s*$", output);
        Assert.Matches(@"(?m)^\w+ +Completed .* verified\s*$", output);
        Assert.Equal(6, OtherAnswer().Count(output));
        Assert.Contains("of $7 ", output, StringComparison.Ordinal);
        Assert.Contains("nothing appeared, nothing vanished", output, StringComparison.Ordinal);
    }

    private static void RequireGasAndBalances(string output)
    {
        RequireTheStory(output);
        Assert.Contains("$0 in the escrow", output, StringComparison.Ordinal);

        // Fewer transactions than channels: claims travel together.
        var claims = Claims().Match(output);
        Assert.True(claims.Success, output);
        Assert.InRange(int.Parse(claims.Groups["count"].Value, CultureInfo.InvariantCulture), 1, int.Parse(claims.Groups["channels"].Value, CultureInfo.InvariantCulture) - 1);
        Assert.Equal(10, Holder().Count(output));
    }

    [GeneratedRegex(@"(?m)^  Player [2-7]: \S.*  \w+: +[A-Z]")]
    private static partial Regex OtherAnswer();

    [GeneratedRegex(@"claim, up to \d+ channels at once +provider +(?<count>\d+) +(?<channels>\d+) +[\d,]+ +[\d,]+")]
    private static partial Regex Claims();

    [GeneratedRegex(@"(?m)^(?:Ada|Borin|Cleo|Player \d) .* -?\$[\d.]+ +0\.(?:\d{12}|\d{9})\s*$")]
    private static partial Regex Holder();

    [GeneratedRegex(@"(?m)^Player \d .* -\$[\d.]+ +0\.0{9}\s*$")]
    private static partial Regex Sponsored();
}
